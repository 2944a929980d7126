import { evaluateTest } from '../language/evaluate-test.ts'
import { FAILS, HOLDS, type Truth } from '../language/truth.ts'
import { variablesOf } from '../language/variables-of.ts'
import type { Signals } from '../signals/signals.ts'
import { type CandidateChange, type Leaf, valueNow } from './candidate-change.ts'
import { changeSignal } from './change-signals.ts'

/** The boundaries of every variable that a leaf reads. */
export function boundaries(leaf: Leaf, signals: Signals): CandidateChange[] {
  return variablesOf(leaf.logic).flatMap((name) => (name.startsWith('lists.') ? [] : boundariesOf(name, leaf, signals)))
}

/** The values at which the answer turns for a number inside a computation, found by halving. */
export function boundariesOf(signal: string, leaf: Leaf, signals: Signals): CandidateChange[] {
  const now = valueNow(signal, signals)
  const start = typeof now === 'number' ? now : 0
  const truthAt = (value: number): Truth => evaluateTest(leaf.test, changeSignal(signals, { signal, value }))
  const truth = truthAt(start)
  if (truth !== HOLDS && truth !== FAILS) return []
  const turned = truth === HOLDS ? FAILS : HOLDS
  const found: CandidateChange[] = []
  for (const limit of [0, -1e9, 1e9, 1e12]) {
    if (truthAt(limit) !== turned || found.some((change) => Number(change.bound) < start === limit < start)) continue
    const bound = nearest(start, limit, (value) => truthAt(value) === turned)
    found.push({ signal, value: bound, relation: bound < start ? 'atMost' : 'atLeast', bound })
  }
  return found
}

/** The value between `from` and `to` that passes and is closest to `from`, as round as possible. */
function nearest(from: number, to: number, passes: (value: number) => boolean): number {
  let near = from
  let far = to
  for (let i = 0; i < 80; i++) {
    const middle = (near + far) / 2
    if (passes(middle)) far = middle
    else near = middle
  }
  for (const digits of [0, 2, 6]) {
    const scale = 10 ** digits
    for (const rounded of [Math.round(far * scale) / scale, (far < from ? Math.floor : Math.ceil)(far * scale) / scale]) {
      if (passes(rounded) && Math.abs(rounded - far) <= 1 / scale) return rounded
    }
  }
  return far
}
