import type { JsonValue } from '../facts/json-value.ts'
import type { Comparison } from '../language/compare-values.ts'
import { findSignal } from '../signals/registry.ts'
import { type CandidateChange, something } from './candidate-change.ts'

/** Changes of a signal that is compared with a constant: to the constant, and to either side of it. */
export function againstConstant(signal: string, comparison: Comparison, constant: JsonValue): CandidateChange[] {
  if (typeof constant === 'boolean') {
    return [true, false].map((value) => ({ signal, value, relation: 'equal', bound: value }))
  }
  if (typeof constant === 'number') {
    const step = Number.isInteger(constant) ? 1 : 0.01
    const over: CandidateChange = { signal, value: constant + step, relation: 'over', bound: constant }
    const under: CandidateChange = { signal, value: constant - step, relation: 'under', bound: constant }
    const atMost: CandidateChange = { signal, value: constant, relation: 'atMost', bound: constant }
    const atLeast: CandidateChange = { signal, value: constant, relation: 'atLeast', bound: constant }
    if (comparison === '>' || comparison === '<=') return [atMost, over]
    if (comparison === '>=' || comparison === '<') return [under, atLeast]
    return [
      { signal, value: constant, relation: 'equal', bound: constant },
      { signal, value: constant + step, relation: 'notEqual', bound: constant },
    ]
  }
  if (typeof constant !== 'string') return []
  const other = findSignal(signal)?.definition.values?.find((value) => value !== constant) ?? something
  return [
    { signal, value: constant, relation: 'equal', bound: constant },
    { signal, value: other, relation: 'notEqual', bound: constant },
  ]
}

/** Values to try when it is not known what the leaf wants. */
export function typical(signal: string): CandidateChange[] {
  const kind = findSignal(signal)?.definition.type
  if (kind === 'boolean') return [true, false].map((value) => ({ signal, value, relation: 'equal', bound: value }))
  if (kind === 'strings') return [{ signal, value: [], relation: 'equal', bound: [] }]
  if (kind === 'number') return [{ signal, value: 0, relation: 'equal', bound: 0 }]
  return [
    { signal, value: something, relation: 'other' },
    { signal, value: [], relation: 'equal', bound: [] },
  ]
}
