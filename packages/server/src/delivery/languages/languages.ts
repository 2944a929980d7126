import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import { it } from './it.ts'
import { ja } from './ja.ts'
import { nl } from './nl.ts'
import { pl } from './pl.ts'
import { pt } from './pt.ts'
import type { Words } from './words.ts'
import { zh } from './zh.ts'

/** The languages in which users are written to, by their tags. English is the one that everybody gets who asked for none of these. */
export const languages = { en, de, fr, es, it, pt, nl, pl, ja, zh } as const satisfies Readonly<Record<string, Words>>

export type Language = keyof typeof languages

/** The first of these wishes (BCP 47, such as `pt-BR`) that can be met; English where none can. */
export function chooseLanguage(...wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const language = wish?.split(/[-_]/)[0]?.toLowerCase()
    if (language !== undefined && Object.hasOwn(languages, language)) return language as Language
  }
  return 'en'
}
