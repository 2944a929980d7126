import type { JsonValue } from '../facts/json-value.ts'
import { isMissingReason, type MissingReason } from '../facts/missing.ts'
import { joinWords } from './join-words.ts'
import { namedBy, nameOf, type Phrasing } from './phrasing.ts'
import { subjectOf } from './subject.ts'

const reasons: Readonly<Record<MissingReason, readonly [string, string]>> = {
  not_provided: ['was not provided', 'is not missing for not having been provided'],
  not_applicable: ['is not applicable', 'is not missing for not being applicable'],
  unavailable: ['is unavailable', 'is not unavailable'],
}

/** `the country is missing`, `the country is unavailable`. */
export function phraseMissing([logic = null, reason]: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): string {
  const named = phrasing.value(logic, phrasing)
  // A boolean signal is named by a clause, and a clause cannot be missing.
  const phrase = named.startsWith('whether ') ? `the signal \`${namedBy(logic, phrasing) ?? named.slice(8)}\`` : named
  const known = isMissingReason(reason) ? reasons[reason] : undefined
  if (known !== undefined) return `${phrase} ${known[wanted ? 0 : 1]}`
  const are = namedBy(logic, phrasing) !== undefined && subjectOf(logic, phrasing).isPlural ? 'are' : 'is'
  return `${phrase} ${are} ${wanted ? 'missing' : 'known'}`
}

/** `missing` as a condition: some of the names have no value. */
export function phraseAnyMissing(args: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): string {
  const names = args.flat().map((name) => nameOf(name, phrasing))
  return wanted ? `${joinWords(names, 'or')} is missing` : `${joinWords(names, 'and')} ${names.length === 1 ? 'is' : 'are'} known`
}

/** `missing` as a value: those of the names that have none. */
export function phraseMissingNames(args: readonly JsonValue[], phrasing: Phrasing): string {
  const names = args.flat().map((name) => nameOf(name, phrasing))
  return `those of ${joinWords(names, 'and')} that are missing`
}

export function phraseMissingSome([need = null, names = null]: readonly JsonValue[], wanted: boolean, phrasing: Phrasing): string {
  const several = (Array.isArray(names) ? names : [names]).map((name) => nameOf(name, phrasing))
  return `${wanted ? 'fewer than' : 'at least'} ${phrasing.value(need, phrasing)} of ${joinWords(several, 'and')} are known`
}
