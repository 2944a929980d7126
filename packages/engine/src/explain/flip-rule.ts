import type { JsonValue } from '../facts/json-value.ts'
import { compileCondition } from '../language/compile-condition.ts'
import type { Test } from '../language/compiler.ts'
import { operationOf } from '../language/condition.ts'
import { evaluateTest } from '../language/evaluate-test.ts'
import { FAILS, HOLDS, OPEN } from '../language/truth.ts'
import type { Policy } from '../policy/compile-policy.ts'
import type { Signals } from '../signals/signals.ts'
import type { CandidateChange, Leaf } from './candidate-change.ts'
import { changeSignal } from './change-signals.ts'
import { candidateChanges } from './operator-changes.ts'

/** Changes by the signal they change. */
export type ChangeSet = ReadonlyMap<string, CandidateChange>

/** The most ways kept at every step, shortest first. */
const maxWays = 8

/** The state of a search for changes, with the evaluations it may still make. */
export interface Flipping {
  lists: Policy['context']['lists']
  tests: Map<JsonValue, Test>
  /** Evaluations left. */
  left: number
}

export function createFlipping(lists: Flipping['lists']): Flipping {
  return { lists, tests: new Map(), left: 20_000 }
}

/** The signals after a set of changes. */
export function withChanges(signals: Signals, changes: ChangeSet): Signals {
  let changed = signals
  for (const change of changes.values()) changed = changeSignal(changed, change)
  return changed
}

/**
 * Finds small sets of changes with which a condition holds, or does not. Not every set: for each leaf the few values that matter, for each
 * group the shortest combinations. A set may not work when one signal stands in several leaves, so the caller tries each.
 */
export function waysToMake(
  logic: JsonValue,
  wanted: boolean,
  signals: Signals,
  flipping: Flipping,
  made: ChangeSet = new Map(),
): ChangeSet[] {
  const truth = evaluate(logic, withChanges(signals, made), flipping)
  // A rule that must not match may also be unknown, as long as it cannot still hold.
  if (wanted ? truth === HOLDS : (truth & HOLDS) === 0) return [made]
  const operation = operationOf(logic)
  const { operator, args } = operation ?? { operator: '', args: [] }
  switch (operator) {
    case 'and':
    case 'or': {
      if ((operator === 'and') !== wanted) return shortest(args.flatMap((arg) => waysToMake(arg, wanted, signals, flipping, made)))
      let ways: ChangeSet[] = [made]
      for (const arg of args) ways = shortest(ways.flatMap((way) => waysToMake(arg, wanted, signals, flipping, way)))
      return ways
    }
    case '!':
      return waysToMake(args[0] ?? null, !wanted, signals, flipping, made)
    case '!!':
      return waysToMake(args[0] ?? null, wanted, signals, flipping, made)
    case 'if':
    case '?:':
      if (args.length >= 2) return waysThroughChoice(args, wanted, signals, flipping, made)
  }
  return waysToTurn(logic, wanted, signals, flipping, made)
}

function waysThroughChoice(
  args: readonly JsonValue[],
  wanted: boolean,
  signals: Signals,
  flipping: Flipping,
  made: ChangeSet,
): ChangeSet[] {
  const [condition = null, consequent = null, ...rest] = args
  const otherwise: JsonValue = rest.length === 1 ? (rest[0] ?? null) : { if: rest }
  const branch = (asked: boolean, then: JsonValue): ChangeSet[] =>
    waysToMake(condition, asked, signals, flipping, made).flatMap((way) => waysToMake(then, wanted, signals, flipping, way))
  return shortest([...branch(true, consequent), ...branch(false, otherwise)])
}

function waysToTurn(logic: JsonValue, wanted: boolean, signals: Signals, flipping: Flipping, made: ChangeSet): ChangeSet[] {
  const changed = withChanges(signals, made)
  const test = testOf(logic, flipping)
  const leaf: Leaf = { logic, test, lists: flipping.lists }
  const ways: ChangeSet[] = []
  for (const candidate of candidateChanges(leaf, changed)) {
    if (flipping.left-- <= 0) break
    const truth = evaluate(logic, changeSignal(changed, candidate), flipping)
    // A change may make a signal known, but never unknown, to turn an answer.
    if (truth === (wanted ? HOLDS : FAILS)) ways.push(new Map(made).set(candidate.signal, candidate))
  }
  return shortest(ways)
}

function shortest(ways: readonly ChangeSet[]): ChangeSet[] {
  const distinct = new Map<string, ChangeSet>()
  for (const way of ways)
    distinct.set(JSON.stringify([...way.values()].map(({ signal, value, relation }) => [signal, value, relation])), way)
  return [...distinct.values()].sort((a, b) => a.size - b.size).slice(0, maxWays)
}

function evaluate(logic: JsonValue, signals: Signals, flipping: Flipping): number {
  return evaluateTest(testOf(logic, flipping), signals)
}

function testOf(logic: JsonValue, flipping: Flipping): Test {
  let test = flipping.tests.get(logic)
  if (test === undefined) {
    test = compileSafely(logic, flipping)
    flipping.tests.set(logic, test)
  }
  return test
}

function compileSafely(logic: JsonValue, flipping: Flipping): Test {
  try {
    return compileCondition(logic, flipping.lists)
  } catch {
    return () => OPEN
  }
}
