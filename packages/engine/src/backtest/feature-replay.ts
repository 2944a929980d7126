import { type Known, NOT_PROVIDED } from '../facts/missing.ts'
import type { State } from '../facts/outcome.ts'
import type { FeatureDefinition } from '../features/feature-definition.ts'
import { addToFeature, compileFeatures, counts, type FeatureGroup, type FeatureWindows, readFeature } from '../features/feature-windows.ts'
import { entitiesOf } from '../learning/entities-of.ts'
import { decodeSignals } from '../signals/encoding.ts'
import { slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import type { PastInstance } from '../stored/past-instance.ts'
import { createPendingSettlements } from './pending-settlements.ts'

/** Counts velocity features over past instances, as if they had been declared then. */
export interface FeatureReplay {
  /** Counts an instance and returns the features that its decision would have read. Instances come in the order of their decisions. */
  observe(instance: PastInstance): Signals['features']
}

/** Every time this many instances have passed, entities with empty windows are dropped. */
const instancesPerSweep = 65_536

interface Counted {
  windows: FeatureWindows
  last: number
}

/**
 * Derives features again, with the same windows as live traffic.
 *
 * Of the states that an instance went through, the first and the last are counted, each at its time. States in between are not on record.
 */
export function createFeatureReplay(features: readonly FeatureDefinition[]): FeatureReplay {
  const groups = compileFeatures(features)
  const longestMs = Math.max(0, ...features.map(({ windowMinutes }) => windowMinutes * 60_000)) * 1.1
  const hasStates = features.some(({ states }) => states !== undefined)
  const entities = new Map<string, Counted>()
  const pending = createPendingSettlements()
  let untilSweep = instancesPerSweep

  function add(instance: PastInstance, signals: Signals, state: State | null, at: number, values?: Record<string, Known<number>>): void {
    const keys = keysOf(instance, signals)
    for (const { per, features: members } of groups) {
      const key = keys.get(per)
      if (key === undefined) {
        if (values !== undefined) for (const { definition } of members) values[definition.name] = NOT_PROVIDED
        continue
      }
      const entity = entities.get(key)
      const windows = addToWindows(entity?.windows, members, instance.action, state, at, signals)
      if (windows !== undefined && (entity === undefined || windows !== entity.windows)) entities.set(key, { windows, last: at })
      if (values !== undefined) for (const feature of members) values[feature.definition.name] = readFeature(windows, feature, at)
    }
  }

  function keysOf(instance: PastInstance, { values, custom }: Signals): Map<string, string> {
    const address = values[slot['ip.address']]
    const ip = typeof address === 'string' ? { address } : null
    const refs = entitiesOf({ userId: instance.userId, deviceId: instance.tracked.deviceId ?? null, ip, custom }, features)
    return new Map(refs.map(({ kind, key }) => [kind, `${kind} ${key}`]))
  }

  function sweep(at: number): void {
    untilSweep = instancesPerSweep
    for (const [key, { last }] of entities) if (last < at - longestMs) entities.delete(key)
  }

  return {
    observe(instance) {
      const at = instance.createdAt
      for (let settled = pending.takeUntil(at); settled !== undefined; settled = pending.takeUntil(at)) {
        add(settled, decodeSignals(settled), settled.state, settled.stateUpdatedAt)
      }
      const signals = decodeSignals(instance)
      const values: Record<string, Known<number>> = Object.create(null)
      add(instance, signals, null, at, values)
      if (hasStates) {
        add(instance, signals, firstState(instance), at)
        if (instance.stateUpdatedAt > at) pending.add(instance)
      }
      if (--untilSweep === 0) sweep(at)
      return values
    },
  }
}

function addToWindows(
  before: FeatureWindows | undefined,
  members: FeatureGroup['features'],
  action: string,
  state: State | null,
  at: number,
  signals: Signals,
): FeatureWindows | undefined {
  let windows = before
  for (const feature of members) {
    if (!counts(feature, action, state)) continue
    const window = addToFeature(windows?.[feature.id], feature, at, signals)
    if (window !== undefined && window !== windows?.[feature.id]) windows = { ...windows, [feature.id]: window }
  }
  return windows
}

/** The state an instance began in. */
function firstState({ state, stateUpdatedAt, createdAt, outcome }: PastInstance): State {
  if (stateUpdatedAt === createdAt) return state
  return outcome === 'CHALLENGE' ? 'CHALLENGE_REQUIRED' : outcome === 'REVIEW' ? 'REVIEW_REQUIRED' : outcome
}
