import type { JsonValue } from '../facts/json-value.ts'
import type { Signals } from '../signals/signals.ts'
import type { ListValues } from './list-values.ts'
import type { Truth } from './truth.ts'

/** A compiled expression: yields a JSON value or an unknown (see `truth.ts`). `data` is the current element inside an iteration. */
export type Value = (signals: Signals, data: unknown) => unknown

/** A compiled expression of which only the truth matters. */
export type Test = (signals: Signals, data: unknown) => Truth

/** What an operator needs to compile its arguments. */
export interface Compiler {
  readonly lists: ReadonlyMap<string, ListValues>
  /** What `var` reads: the signals of the decision, or the current element. */
  readonly reads: 'signals' | 'data'
  readonly budget: Budget
  value(logic: JsonValue): Value
  test(logic: JsonValue): Test
  /** The same compiler for the body of an iteration. */
  inside(): Compiler
}

/** How much work an evaluation may still do. Only operators whose work grows with their data draw on it. */
export interface Budget {
  left: number
  /** Set during compilation when an operator will draw on it. */
  drawn: boolean
}

/** Steps for one rule: far more than any sensible rule needs, and done within a millisecond or two. */
export const stepsPerRule = 50_000

/** Draws on the budget. Throws when it is used up, which leaves the rule undetermined. */
export function spend(budget: Budget, steps: number): void {
  budget.left -= steps
  if (budget.left < 0) throw new RangeError('the rule takes too many steps')
}

/** The number of nodes of an expression: the cost of one step of an iteration over it. */
export function sizeOf(logic: JsonValue | undefined): number {
  if (typeof logic !== 'object' || logic === null) return 1
  let size = 1
  for (const part of Array.isArray(logic) ? logic : Object.values(logic)) size += sizeOf(part)
  return size
}

/** An operator compiles to a value or, when its answer is yes or no, to a test. */
export type Operator =
  | { readonly value: (args: readonly JsonValue[], compiler: Compiler) => Value; readonly test?: undefined }
  | { readonly test: (args: readonly JsonValue[], compiler: Compiler) => Test; readonly value?: undefined }
  | {
      readonly value: (args: readonly JsonValue[], compiler: Compiler) => Value
      readonly test: (args: readonly JsonValue[], compiler: Compiler) => Test
    }
