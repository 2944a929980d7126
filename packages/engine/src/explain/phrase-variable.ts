import type { JsonValue } from '../facts/json-value.ts'
import { variableOf } from '../language/condition.ts'
import { nameOf, type Phrasing, type Show } from './phrasing.ts'
import { listLabel } from './vocabulary.ts'

/** `the amount`, `the amount (0 when missing)`. */
export function phraseVariable(args: readonly JsonValue[], phrasing: Phrasing, show: Show, logic: JsonValue): string {
  const name = variableOf(logic)
  if (name === undefined)
    return args.length === 0 || args[0] === null
      ? (phrasing.element ?? 'everything')
      : `the value named by ${phrasing.value(args[0] ?? null, phrasing)}`
  if (name.startsWith('lists.')) return listLabel(name.slice(6), phrasing.options)
  const phrase = phrasing.element === undefined ? nameOf(name, phrasing) : elementPhrase(name, phrasing.element)
  const fallback = args[1]
  return fallback === undefined || fallback === null ? phrase : `${phrase} (${phrasing.value(fallback, phrasing, show)} when missing)`
}

function elementPhrase(name: string, element: string): string {
  if (name === '') return element
  return element === 'it' ? `its ${name}` : `the ${name} of ${element}`
}
