import type { JsonValue } from '../facts/json-value.ts'
import type { State } from '../facts/outcome.ts'
import { shortHash } from '../hash.ts'
import { compileCondition } from '../language/compile-condition.ts'
import type { Test } from '../language/compiler.ts'
import { HOLDS } from '../language/truth.ts'
import { nothing } from '../signals/bare.ts'
import { findSignal } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import { addToCount, type CountWindow, countWithin, mergeCounts } from './count-window.ts'
import { addToDistinct, countDistinct, type DistinctShape, type DistinctWindow, mergeDistinct } from './distinct-window.ts'
import { type FeatureDefinition, fieldOf } from './feature-definition.ts'
import { memberHash } from './member-hash.ts'

/** The windows of declared features that an entity holds, by name and definition: a feature that is declared again starts over. */
export type FeatureWindows = { [id: string]: CountWindow | DistinctWindow }

/** A feature ready to be counted. */
export interface CompiledFeature {
  id: string
  definition: FeatureDefinition
  shape: DistinctShape
  /** Reads the value that is summed or counted as different. */
  read: (signals: EventValues) => unknown
  /** What else has to hold for an event to count. A condition that does not compile counts nothing. */
  condition: Test | undefined
}

type EventValues = Pick<Signals, 'values' | 'custom'>

/** The features that one kind of entity keeps. */
export interface FeatureGroup {
  per: FeatureDefinition['per']
  /** The custom field that `per` names, and whether each user has separate windows for it. */
  field: string | undefined
  isOfUser: boolean
  features: readonly CompiledFeature[]
  /** Those that count what was tracked, and those that count what reached a state. */
  tracked: readonly CompiledFeature[]
  settled: readonly CompiledFeature[]
  ids: ReadonlySet<string>
  /** The newest declaration among all of the features. */
  newest: number
}

/** Up to this many different values are counted exactly; beyond, see `DistinctWindow`. */
const exactly = 256
const compiled = new WeakMap<readonly FeatureDefinition[], readonly FeatureGroup[]>()
const none: readonly FeatureGroup[] = []

/** The tenant's features by the kind of entity that keeps them, compiled once for each array. */
export function compileFeatures(features: readonly FeatureDefinition[] | undefined): readonly FeatureGroup[] {
  if (features === undefined || features.length === 0) return none
  let result = compiled.get(features)
  if (result === undefined) {
    const newest = Math.max(...features.map(({ since = 0 }) => since))
    const groups = Map.groupBy(features.map(compileFeature), ({ definition }) => definition.per)
    result = [...groups].map(([per, members]) => ({
      per,
      field: fieldOf(per),
      isOfUser: per.startsWith('user+'),
      features: members,
      tracked: members.filter(({ definition }) => definition.states === undefined),
      settled: members.filter(({ definition }) => definition.states !== undefined),
      ids: new Set(members.map(({ id }) => id)),
      newest,
    }))
    compiled.set(features, result)
  }
  return result
}

function compileFeature(definition: FeatureDefinition): CompiledFeature {
  const { name, metric, of = '', per, windowMinutes, actions, states, condition, since } = definition
  const buckets = Math.min(60, windowMinutes)
  const counted = [metric, of, per, windowMinutes, actions, states, ...(condition === undefined ? [] : [condition])]
  return {
    id: `${name}~${shortHash(JSON.stringify(counted)).slice(0, 4)}${since === undefined ? '' : `.${since}`}`,
    definition,
    shape: { bucketMs: (windowMinutes * 60_000) / buckets, buckets, limit: exactly },
    read: readerOf(of),
    condition: condition === undefined ? undefined : compileSafely(condition),
  }
}

function compileSafely(condition: JsonValue): Test {
  try {
    return compileCondition(condition, new Map())
  } catch {
    return () => 0
  }
}

function readerOf(of: string): CompiledFeature['read'] {
  if (of.startsWith('custom.')) {
    const name = of.slice('custom.'.length)
    return ({ custom }) => (Object.hasOwn(custom, name) ? custom[name] : undefined)
  }
  const position = findSignal(of)?.position ?? -1
  return ({ values }) => values[position]
}

/** The declaration that a window belongs to. */
export function sinceOf(id: string): number {
  const dot = id.lastIndexOf('.')
  return dot === -1 ? 0 : Number(id.slice(dot + 1))
}

/**
 * True when the feature counts an instance of this action that was tracked (`null`) or reached this state, as long as its condition holds.
 */
export function counts({ definition }: CompiledFeature, action: string, state: State | null): boolean {
  const { actions, states } = definition
  if (actions !== undefined && !actions.includes(action)) return false
  return state === null ? states === undefined : states?.includes(state) === true
}

/** The feature's window with one event counted, or the same object when that changes nothing. */
export function addToFeature(
  window: CountWindow | DistinctWindow | undefined,
  feature: CompiledFeature,
  at: number,
  signals: EventValues,
): CountWindow | DistinctWindow | undefined {
  const { definition, shape, read, condition } = feature
  if (condition !== undefined && !holds(condition, signals)) return window
  if (definition.metric !== 'distinct') {
    const amount = definition.metric === 'count' ? 1 : read(signals)
    // A negative amount is left out: it would make room for later ones.
    return typeof amount === 'number' && amount >= 0 ? addToCount(Array.isArray(window) ? window : [], shape, at, amount) : window
  }
  let next = window === undefined || Array.isArray(window) ? undefined : window
  const value = read(signals)
  if (typeof value === 'string') return addToDistinct(next, shape, at, memberOf(value))
  for (const member of membersOf(value)) next = addToDistinct(next, shape, at, member)
  return next
}

function holds(condition: Test, { values, custom }: EventValues): boolean {
  try {
    return condition({ values, custom, userCustom: nothing, features: nothing }, undefined) === HOLDS
  } catch {
    return false
  }
}

/** The value of the feature at a time. */
export function readFeature(windows: FeatureWindows | undefined, { id, shape }: CompiledFeature, at: number): number {
  const window = windows?.[id]
  if (window === undefined) return 0
  return Array.isArray(window) ? countWithin(window, shape, at) : countDistinct(window, shape, at)
}

/** Merges two windows of one feature. */
export function mergeWindows(
  a: CountWindow | DistinctWindow | undefined,
  b: CountWindow | DistinctWindow,
  { shape }: CompiledFeature,
): CountWindow | DistinctWindow {
  if (a === undefined) return b
  if (Array.isArray(a)) return Array.isArray(b) ? mergeCounts(a, b, shape) : a
  return Array.isArray(b) ? a : mergeDistinct(a, b, shape)
}

/** One member for a value, one for each value of a list. */
function membersOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.slice(0, exactly).flatMap((item: JsonValue) => membersOf(item))
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [memberOf(value)] : []
}

/** The member that stands for a value in a window. It includes the type: 1 and "1" are different. */
export function memberOf(value: string | number | boolean): string {
  return memberHash(typeof value === 'string' ? `s${value}` : `v${value}`)
}
