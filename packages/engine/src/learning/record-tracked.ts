import type { FeatureDefinition } from '../features/feature-definition.ts'
import { compileFeatures } from '../features/feature-windows.ts'
import { decodeSignals } from '../signals/encoding.ts'
import { slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import type { Changes } from '../stored/changes.ts'
import type { Instance } from '../stored/instance.ts'
import type { Snapshot } from '../stored/snapshot.ts'
import { wrongs } from './address-record.ts'
import { otherKindsOf } from './entities-of.ts'
import { learnSuccess, learnWrong } from './learn.ts'
import { addEvent, addToFeatures, changedEntities, type Memory, readMemory } from './memory.ts'
import { type Sighting, sightingOf } from './sighting.ts'

/**
 * Computes what tracking an instance changed in the entities, from the stored instance alone: the same that `decide` returned for this
 * snapshot. A store that keeps only instances can rebuild everything else with it.
 *
 * Takes an instance as it was decided, before anything was settled.
 *
 * INVARIANT: the new value of an entity depends on the instance and on that entity alone, so that a store may rebuild one entity without
 * the others. What vouched for the instance is part of it, because the settings it depends on may have changed since.
 */
export function recordTracked(instance: Instance, snapshot: Snapshot, features: readonly FeatureDefinition[] = []): Changes['entities'] {
  const signals = decodeSignals(instance)
  const sighting = sightingOf(signals, instance.tracked.userAgent)
  const { createdAt: at, action } = instance
  const before = readMemory(snapshot.entities, sighting, otherKindsOf(sighting.address, signals.custom, features))
  const compiled = compileFeatures(features)
  const touched = addToFeatures(addEvent(before, sighting, at), compiled, action, null, at, signals)
  return changedEntities(before, learnDecided(touched, sighting, signals, instance, features))
}

/** What is remembered in addition because of the decision. */
export function learnDecided(
  touched: Memory,
  sighting: Sighting,
  signals: Signals,
  instance: Pick<Instance, 'action' | 'createdAt' | 'state' | 'learnt' | 'vouched'>,
  features: readonly FeatureDefinition[] | undefined,
): Memory {
  const { action, createdAt: at, state, learnt, vouched } = instance
  let memory = addToFeatures(touched, compileFeatures(features), action, state, at, signals)
  if (learnt === 'success') {
    memory = learnSuccess(memory, { sighting, hour: hourOf(signals), proof: 'success', vouched, at })
  } else if (learnt === 'failure') {
    memory = learnWrong(memory, sighting, at, wrongs.blocked)
  }
  return memory
}

/** `time.hour` as it was derived. */
export function hourOf(signals: Signals): number {
  const hour = signals.values[slot['time.hour']]
  return typeof hour === 'number' ? hour : 0
}
