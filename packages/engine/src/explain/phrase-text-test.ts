import type { JsonValue } from '../facts/json-value.ts'
import { joinWords } from './join-words.ts'
import type { Phrasing } from './phrasing.ts'
import { subjectOf } from './subject.ts'
import { plainText, showPlain } from './vocabulary.ts'

const verbs = { startsWith: ['start with', 'starts with'], endsWith: ['end with', 'ends with'], matches: ['match', 'matches'] } as const

/** `the payee starts with “ACME”`, `the payee matches the pattern …`. */
export function phraseTextTest(operator: keyof typeof verbs) {
  return ([text = null, wantedText = null]: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): string => {
    const subject = subjectOf(text, phrasing)
    const [plural, singular] = verbs[operator]
    const what =
      operator === 'matches'
        ? `the pattern \`${plainText(wantedText)}\``
        : Array.isArray(wantedText)
          ? joinWords(wantedText.map(showPlain), 'or')
          : phrasing.value(wantedText, phrasing)
    const verb = wanted ? (subject.isPlural ? plural : singular) : `${subject.isPlural ? 'do' : 'does'} not ${plural}`
    return `${subject.phrase} ${verb} ${what}`
  }
}
