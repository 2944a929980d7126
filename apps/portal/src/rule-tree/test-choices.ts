import type { JsonValue } from '@sallyport/engine/facts'
import type { TestName, TreeCondition } from './read-tree.ts'
import type { SignalChoice } from './signal-choices.ts'

/** A test that can be chosen for a condition. */
export interface TestChoice {
  id: string
  words: string
  test: TestName
  isNegated: boolean
  /** The test needs no value: this one goes with it. */
  fixed?: boolean
  /** Its values come from a value list of the tenant. */
  usesList?: true
}

const known: readonly TestChoice[] = [
  { id: '!isMissing', words: 'is known', test: 'isMissing', isNegated: true },
  { id: 'isMissing', words: 'is not known', test: 'isMissing', isNegated: false },
]
const onList: readonly TestChoice[] = [
  { id: 'in:list', words: 'is on the list', test: 'in', isNegated: false, usesList: true },
  { id: '!in:list', words: 'is not on the list', test: 'in', isNegated: true, usesList: true },
]
const oneOf: readonly TestChoice[] = [
  { id: 'in', words: 'is one of', test: 'in', isNegated: false },
  { id: '!in', words: 'is none of', test: 'in', isNegated: true },
]
const equal: readonly TestChoice[] = [
  { id: '==', words: 'is', test: '==', isNegated: false },
  { id: '!=', words: 'is not', test: '!=', isNegated: false },
]
const inText: readonly TestChoice[] = [
  { id: 'startsWith', words: 'starts with', test: 'startsWith', isNegated: false },
  { id: 'endsWith', words: 'ends with', test: 'endsWith', isNegated: false },
  { id: 'contains', words: 'contains', test: 'contains', isNegated: false },
  { id: 'matches', words: 'matches the pattern', test: 'matches', isNegated: false },
]
const networks: readonly TestChoice[] = [
  { id: 'inCidr', words: 'is in the network', test: 'inCidr', isNegated: false },
  { id: '!inCidr', words: 'is not in the network', test: 'inCidr', isNegated: true },
  { id: 'inCidr:list', words: 'is in a network of the list', test: 'inCidr', isNegated: false, usesList: true },
  { id: '!inCidr:list', words: 'is in no network of the list', test: 'inCidr', isNegated: true, usesList: true },
]
const byType: Readonly<Record<SignalChoice['type'], readonly TestChoice[]>> = {
  boolean: [
    { id: 'yes', words: 'yes', test: '==', isNegated: false, fixed: true },
    { id: 'no', words: 'no', test: '==', isNegated: false, fixed: false },
    ...known,
  ],
  number: [
    { id: '>', words: 'is over', test: '>', isNegated: false },
    { id: '>=', words: 'is at least', test: '>=', isNegated: false },
    { id: '<', words: 'is under', test: '<', isNegated: false },
    { id: '<=', words: 'is at most', test: '<=', isNegated: false },
    { id: 'between', words: 'is between', test: 'between', isNegated: false },
    ...equal,
    ...oneOf,
    ...onList,
    ...known,
  ],
  text: [...equal, ...oneOf, ...onList, ...inText, ...known],
  texts: [
    { id: 'contains', words: 'have', test: 'contains', isNegated: false },
    { id: '!contains', words: 'do not have', test: 'contains', isNegated: true },
    ...known,
  ],
}

/** The tests that make sense for a signal. */
export function testsFor(signal: Pick<SignalChoice, 'type' | 'form'>): readonly TestChoice[] {
  return signal.form === 'address' ? [...networks, ...byType.text] : byType[signal.type]
}

const otherWords: Partial<Record<TestName, string>> = {
  holds: 'yes',
  '===': 'is exactly',
  '!==': 'is not exactly',
  '==': 'is',
  '!=': 'is not',
  'strictly between': 'is between, without the limits',
  'chained between': 'is between',
}

/** The test that a condition has. One that is not offered otherwise keeps the words for what it is. */
export function testOf(condition: TreeCondition, offered: readonly TestChoice[]): TestChoice {
  const { test, isNegated, values } = condition
  const [value] = values
  const usesList = value?.kind === 'list'
  const found = offered.find(
    (choice) =>
      choice.test === test &&
      choice.isNegated === isNegated &&
      (choice.usesList ?? false) === usesList &&
      (choice.fixed === undefined || (value?.kind === 'boolean' && value.value === choice.fixed)),
  )
  if (found !== undefined) return found
  const words =
    otherWords[test] ??
    [...Object.values(byType).flat(), ...networks].find((choice) => choice.test === test && !choice.isNegated)?.words ??
    test
  return {
    id: `as written: ${isNegated ? '!' : ''}${test}${usesList ? ':list' : ''}`,
    words: test === 'holds' ? `${isNegated ? 'no' : 'yes'} (written short)` : isNegated ? `not: ${words}` : words,
    test,
    isNegated,
    ...(usesList ? { usesList: true } : {}),
  }
}

/** The values with which a test begins. A value that already fits is kept. */
export function valuesFor(
  choice: TestChoice,
  signal: SignalChoice,
  before: readonly JsonValue[],
  given: { lists: readonly string[]; limit?: number | undefined },
): JsonValue[] {
  const { test, fixed, usesList } = choice
  if (fixed !== undefined) return [fixed]
  if (test === 'holds' || test === 'isMissing') return []
  if (usesList) return [{ var: `lists.${given.lists[0] ?? ''}` }]
  const constants = before.flat().filter((value) => typeof value === 'number' || typeof value === 'string')
  const fitting = constants.filter((value) => typeof value === (signal.type === 'number' ? 'number' : 'string'))
  if (test === 'in' || test === 'inCidr') return [fitting]
  const [first = firstValue(signal, given.limit), second] = fitting
  if (test === 'between' || /between$/.test(test)) return [first, second ?? (typeof first === 'number' ? first * 2 : first)]
  const [computed] = before
  const isComputed = typeof computed === 'object' && !Array.isArray(computed) && computed !== null && signal.type === 'number'
  return [isComputed && !JSON.stringify(computed).includes('"lists.') ? computed : first]
}

/** A new condition on a signal, as it is asked for most often. `limit` is a number that suits recent traffic. */
export function freshCondition(signal: SignalChoice, limit?: number): JsonValue {
  const subject = { var: signal.name }
  if (signal.type === 'boolean') return { '==': [subject, true] }
  if (signal.type === 'number') return { '>': [subject, firstValue(signal, limit)] }
  if (signal.type === 'texts') return { in: [firstValue(signal), subject] }
  if (signal.form === 'country') return { in: [subject, []] }
  if (signal.form === 'address') return { inCidr: [subject, []] }
  return { '==': [subject, firstValue(signal)] }
}

function firstValue({ type, values, example, form }: SignalChoice, limit?: number): JsonValue {
  if (type === 'number') return limit ?? (typeof example === 'number' ? example : 0)
  const [first] = values ?? []
  return first ?? (form === 'verificationMethod' ? 'PASSKEY' : '')
}
