import type { Signals } from '../signals/signals.ts'
import type { Value } from './compiler.ts'
import { notProvided, unknownOf } from './truth.ts'

/** The values of all arguments or, when one is unknown, the unknown that their computation yields. */
export function operandsOf(values: readonly Value[], signals: Signals, data: unknown): unknown[] | symbol {
  const operands: unknown[] = []
  let unknown: symbol | undefined
  for (const value of values) {
    const operand = value(signals, data) ?? notProvided
    if (typeof operand === 'symbol') unknown = unknownOf(operand, unknown)
    else operands.push(operand)
  }
  return unknown ?? operands
}
