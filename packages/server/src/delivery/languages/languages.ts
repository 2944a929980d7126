import { en } from './en.ts'
import type { Words } from './words.ts'

/** The languages in which users are written to, by their tags. English is the one that everybody gets who asked for none of these. */
export const languages = { en } as const satisfies Readonly<Record<string, Words>>

export type Language = keyof typeof languages

/** The first of these wishes (BCP 47, such as `pt-BR`) that can be met; English where none can. */
export function chooseLanguage(...wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const language = wish?.split(/[-_]/)[0]?.toLowerCase()
    if (language !== undefined && Object.hasOwn(languages, language)) return language as Language
  }
  return 'en'
}
