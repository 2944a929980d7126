import type { JsonValue } from '../facts/json-value.ts'
import { type Comparison, mirror } from '../language/compare-values.ts'
import { operationOf } from '../language/condition.ts'
import { plainVariable } from '../language/leaf-constraint.ts'
import type { Signals } from '../signals/signals.ts'
import { boundaries } from './boundary-changes.ts'
import { type CandidateChange, type Leaf, something, valueNow } from './candidate-change.ts'
import { againstConstant } from './constant-changes.ts'

/** Changes that could turn a comparison of two arguments. */
export function comparisonChanges(comparison: Comparison, args: readonly JsonValue[], leaf: Leaf, signals: Signals): CandidateChange[] {
  const [first = null, second = null] = args
  const left = plainVariable(first)
  const right = plainVariable(second)
  if (args.length === 2 && left !== undefined && operationOf(second) === undefined) return againstConstant(left, comparison, second)
  if (args.length === 2 && right !== undefined && operationOf(first) === undefined) return againstConstant(right, mirror(comparison), first)
  return [...equalities(left, right, comparison, signals), ...boundaries(leaf, signals)]
}

/** Changes for two variables that are compared with each other: one takes the value of the other, or a different one. */
function equalities(left: string | undefined, right: string | undefined, comparison: Comparison, signals: Signals): CandidateChange[] {
  if (/[<>]/.test(comparison) || left === undefined || right === undefined) return []
  const [a, b] = [valueNow(left, signals), valueNow(right, signals)]
  const toOther: CandidateChange[] = [
    ...(b === undefined ? [] : [{ signal: left, value: b, relation: 'equal' as const, bound: b }]),
    ...(a === undefined ? [] : [{ signal: right, value: a, relation: 'equal' as const, bound: a }]),
  ]
  return [...toOther, { signal: left, value: something, relation: 'other' }]
}
