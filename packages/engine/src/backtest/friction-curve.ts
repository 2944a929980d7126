import { compileExpression } from '../language/compile-condition.ts'
import { resolveVariable } from '../language/read-variable.ts'
import type { UserRecord } from '../signals/encoding.ts'
import { isUndecided, type PastInstance } from '../stored/past-instance.ts'
import { countLabel, type LabelCounts, labelOf, noLabels, shareOf } from './label.ts'
import { per100 } from './policy-score.ts'
import { createSignalReader } from './signal-reader.ts'

export interface FrictionCurveOptions {
  /** A number: a signal, `custom.<name>` or `velocity.<name>`. */
  signal: string
  /** `above`: values over the threshold are challenged. `below`: values under it. */
  direction: 'above' | 'below'
  /** The most points on the curve. Default 50. */
  points?: number
}

export interface FrictionPoint {
  threshold: number
  /** How often a rule with this threshold challenges. */
  challengesPer100: number
  /** The share of the bad instances that it catches. `null`: there are too few to say. */
  badCaught: number | null
  /** The share of the good instances that it challenges. `null`: there was none. */
  goodChallenged: number | null
}

export interface FrictionCurve {
  signal: string
  direction: 'above' | 'below'
  instances: number
  /** Instances without a value: no threshold challenges them. */
  missing: number
  labels: LabelCounts
  /** True when there are enough bad instances to say what a threshold catches. */
  hasEnoughBad: boolean
  /** From the strictest threshold to the most lenient. */
  points: FrictionPoint[]
}

export interface FrictionCurveBuilder {
  addInstance(instance: PastInstance, user?: UserRecord): void
  /**
   * The value beyond which only the given share of the instances lies: with 0.05 and `above` the 95th percentile, with `below` the 5th.
   * `null`: there is none.
   */
  extreme(share: number): number | null
  result(): FrictionCurve
}

/** With fewer bad instances than this, a share of them says nothing. */
export const leastBad = 30
/** The most values kept. Beyond, every second value is dropped, repeatedly; bad ones always stay. */
const mostValues = 1_000_000

/** Collects what a threshold on one number would do. Throws a `TypeError` for a name that is not a signal. */
export function createFrictionCurve({ signal, direction, points = 50 }: FrictionCurveOptions): FrictionCurveBuilder {
  const variable = resolveVariable(signal)
  if (variable.kind === 'unknown' || variable.kind === 'list') throw new TypeError(`\`${signal}\` is no signal`)
  const read = createSignalReader({
    positions: variable.kind === 'signal' ? [variable.position] : [],
    features: variable.kind === 'feature' ? [variable.name] : [],
    lists: [],
    custom: variable.kind === 'custom' ? [variable.path] : [],
    userCustom: variable.kind === 'userCustom' ? [variable.path] : [],
    isOpen: false,
  })
  const readValue = compileExpression({ var: signal }, new Map())
  const all = createSample(mostValues)
  const good = createSample(mostValues)
  const bad = createSample(mostValues)
  const labels = noLabels()
  let instances = 0
  let missing = 0

  return {
    addInstance(instance, user) {
      if (isUndecided(instance)) return
      instances += 1
      const label = labelOf(instance)
      countLabel(labels, label)
      const value = readValue(read(instance, user), undefined)
      if (typeof value !== 'number') {
        missing += 1
        return
      }
      const signed = direction === 'above' ? value : -value
      all.add(signed)
      if (label === 'good') good.add(signed)
      if (label === 'bad') bad.add(signed)
    },
    extreme(share) {
      const values = all.sorted()
      const value = values[Math.max(0, Math.ceil((1 - share) * values.length) - 1)]
      return value === undefined ? null : direction === 'above' ? value : -value + 0
    },
    result() {
      const [values, goodValues, badValues] = [all.sorted(), good.sorted(), bad.sorted()]
      const hasEnoughBad = labels.bad >= leastBad
      const withValue = instances - missing
      return {
        signal,
        direction,
        instances,
        missing,
        labels: { ...labels },
        hasEnoughBad,
        points: thresholds(values, points).map((threshold) => ({
          threshold: direction === 'above' ? threshold : -threshold + 0,
          challengesPer100: per100(shareAbove(values, threshold) * withValue, instances),
          badCaught: hasEnoughBad ? shareOf(shareAbove(badValues, threshold) * bad.seen, labels.bad) : null,
          goodChallenged: shareOf(shareAbove(goodValues, threshold) * good.seen, labels.good),
        })),
      }
    },
  }
}

/**
 * Values at even steps of rank, largest first. Where many values are the same, as with scores of 0, the remaining points are at even steps
 * of the values that differ: limits are meant for what is rare.
 */
function thresholds(values: Float64Array, points: number): number[] {
  const found = new Set<number>(evenSteps(values, points))
  if (found.size < points) for (const value of evenSteps([...new Set(values)], points - found.size)) found.add(value)
  return [...found].sort((a, b) => b - a)
}

function evenSteps(values: ArrayLike<number>, steps: number): number[] {
  if (values.length === 0) return []
  return Array.from({ length: steps }, (_, step) => values[Math.round(((values.length - 1) * step) / Math.max(1, steps - 1))] as number)
}

function shareAbove(values: Float64Array, threshold: number): number {
  if (values.length === 0) return 0
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((values[middle] as number) > threshold) high = middle
    else low = middle + 1
  }
  return (values.length - low) / values.length
}

function createSample(most: number) {
  let values: number[] = []
  let stride = 1
  let seen = 0
  return {
    get seen() {
      return seen
    },
    add(value: number): void {
      if (seen++ % stride !== 0) return
      values.push(value)
      if (values.length < most) return
      values = values.filter((_, index) => index % 2 === 0)
      stride *= 2
    },
    sorted: () => Float64Array.from(values).sort(),
  }
}
