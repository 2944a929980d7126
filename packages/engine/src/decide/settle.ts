import type { State } from '../facts/outcome.ts'
import { addToCount } from '../features/count-window.ts'
import type { FeatureDefinition } from '../features/feature-definition.ts'
import { compileFeatures } from '../features/feature-windows.ts'
import { addFailedChallenge, wrongs } from '../learning/address-record.ts'
import { otherKindsOf } from '../learning/entities-of.ts'
import { addFraud, fraudLabelledAt, takeBackFraud } from '../learning/fraud-labels.ts'
import { learnSuccess, learnWrong, taughtBy, unlearnSuccess } from '../learning/learn.ts'
import { sampleOf } from '../learning/level-values.ts'
import { addToFeatures, changedEntities, type Memory, readMemory } from '../learning/memory.ts'
import type { Proof } from '../learning/proof.ts'
import { hourOf } from '../learning/record-tracked.ts'
import { type Sighting, sightingOf } from '../learning/sighting.ts'
import { isFirstSuccess } from '../learning/success-counts.ts'
import { lastHour } from '../learning/user-profile.ts'
import { decodeSignals } from '../signals/encoding.ts'
import type { Changes } from '../stored/changes.ts'
import type { GivenLabel, Instance, InstanceActor, Review } from '../stored/instance.ts'
import type { Snapshot } from '../stored/snapshot.ts'
import { disputeEffect } from './dispute-effect.ts'
import { impliedLabel, labelled, withImplied } from './settle-label.ts'

/** Something that happened to an instance after its decision. Times are milliseconds UTC. */
export type Settlement =
  | {
      kind: 'challenge_succeeded'
      at: number
      verificationMethod: string
      userAuthenticatorId: string | null
      /** The proof was bound to the verifier, as with a passkey or a security key (NIST SP 800-63B, "phishing resistance"). */
      phishingResistant: boolean
    }
  | { kind: 'challenge_failed'; at: number }
  /** Somebody with the tenant's key set the state. */
  | { kind: 'set_state'; at: number; state: State; actor?: InstanceActor }
  /** A person approved or rejected it. */
  | ({ kind: 'review' } & Review)
  /** "This was not me." */
  | { kind: 'dispute'; at: number; reason?: string | undefined; actor: InstanceActor }
  /**
   * What it taught is taken back, as one of many. `wasAnother`: somebody else acted as the user, so that the address and the device of the instance lose
   * everything that this user's successes gave them.
   */
  | { kind: 'unlearn'; at: number; unlearningId: string; reason: string; actor: InstanceActor; wasAnother: boolean }
  /** It became known how it turned out. `null`: nothing is known any longer. */
  | { kind: 'label'; at: number; label: GivenLabel | null }

/** Whether a state is a good or a bad end. States that are not listed are open. */
const endings: Partial<Record<State, 'well' | 'badly'>> = {
  ALLOW: 'well',
  CHALLENGE_SUCCEEDED: 'well',
  REVIEW_SUCCEEDED: 'well',
  BLOCK: 'badly',
  CHALLENGE_FAILED: 'badly',
  REVIEW_FAILED: 'badly',
}

/**
 * Changes an instance by what happened to it, and what was learnt from it. `null`: nothing changes, because it happened before or cannot
 * happen in this state.
 *
 * - A challenge is passed or failed only while it is required and nobody disputed the instance. An instance that has ended stays as it
 *   ended (TX-04).
 * - A review settles an instance only while it waits for one. It teaches what `set_state` to the same state teaches.
 * - `set_state` may lead anywhere. A challenge that is only reported as passed teaches no more than being allowed, because nothing was
 *   proved here. A review is the reason for a state, so setting another state takes it away.
 * - A dispute ends an open instance as failed. An ended instance keeps its state as the record of what happened, with `disputedAt` set:
 *   code that acts on a state has to look at `disputedAt` too. Everything learnt from the instance is unlearnt, its address is held
 *   responsible, and it is labelled fraud.
 * - Unlearning takes back what a success taught, and nothing else: the state, the label and the reputation of the address stay. An instance that taught no
 *   success is left as it is, so that it may be asked for again.
 * - A label moves nothing, and teaches nothing about the user. The address answers for a fraud as long as the label stands. Weaker knowledge
 *   does not replace stronger.
 */
export function settle(
  instance: Instance,
  snapshot: Snapshot,
  settlement: Settlement,
  features: readonly FeatureDefinition[] = [],
): Changes | null {
  switch (settlement.kind) {
    case 'challenge_succeeded': {
      if (instance.state !== 'CHALLENGE_REQUIRED' || instance.disputedAt !== null) return null
      const { verificationMethod, userAuthenticatorId: verifiedByAuthenticatorId, phishingResistant } = settlement
      const changes = { verificationMethod, verifiedByAuthenticatorId }
      const proof = phishingResistant ? 'phishing_resistant' : 'challenge'
      return moved({ ...instance, ...changes }, snapshot, 'CHALLENGE_SUCCEEDED', settlement.at, proof, features)
    }
    case 'challenge_failed':
      if (instance.state !== 'CHALLENGE_REQUIRED') return null
      return moved(instance, snapshot, 'CHALLENGE_FAILED', settlement.at, 'success', features)
    case 'set_state':
      if (instance.state === settlement.state) return null
      return moved(withoutReview(instance), snapshot, settlement.state, settlement.at, 'success', features, settlement.actor)
    case 'review': {
      if (instance.state !== 'REVIEW_REQUIRED') return null
      const { kind: _, ...review } = settlement
      return moved({ ...instance, review }, snapshot, review.state, review.at, 'success', features, review.actor)
    }
    case 'dispute':
      return instance.disputedAt === null ? disputed(instance, snapshot, settlement, features) : null
    case 'unlearn':
      return withoutLesson(instance, snapshot, settlement, features)
    case 'label':
      return labelled(instance, snapshot, settlement.label, settlement.at)
  }
}

/** The instance in another state. What the new state teaches replaces what the former state taught; an open state leaves that as it was. */
function moved(
  instance: Instance,
  snapshot: Snapshot,
  state: State,
  at: number,
  proof: Proof,
  features: readonly FeatureDefinition[],
  actor?: InstanceActor,
): Changes {
  const { before, signals, sighting } = read(instance, snapshot, features)
  const hour = hourOf(signals)
  const ending = endings[state]
  let memory = addToFeatures(before, compileFeatures(features), instance.action, state, at, signals)
  const { vouched } = instance
  let { learnt } = instance
  const wasWell = learnt !== null && learnt !== 'failure'
  let accepted: Changes['accepted']
  if (ending === 'well' && instance.disputedAt === null && !(wasWell && proof === 'success')) {
    memory = learnSuccess(unlearnt(memory, instance, sighting, hour, false), { sighting, hour, proof, vouched, at })
    learnt = proof
    if (!wasWell) accepted = sampleOf(sighting, hour, taughtBy({ proof, vouched }), isFirstSuccess(before.user))
  } else if (ending === 'well' && learnt === 'failure') {
    memory = unlearnt(memory, instance, sighting, hour, false)
    learnt = null
  } else if (ending === 'badly' && learnt !== 'failure') {
    memory = learnWrong(unlearnt(memory, instance, sighting, hour, true), sighting, at, wrongOf(state))
    learnt = 'failure'
  }
  if (state === 'CHALLENGE_FAILED') memory = countFailedChallenge(memory, at)
  const changed: Instance = { ...instance, state, stateUpdatedAt: at, updatedAt: at, learnt }
  return {
    instance: withImplied(changed, impliedLabel(state, proof, at, actor)),
    entities: changedEntities(before, memory),
    accepted,
  }
}

function withoutReview({ review: _, ...instance }: Instance): Instance {
  return instance
}

function disputed(
  instance: Instance,
  snapshot: Snapshot,
  { at, reason, actor }: Extract<Settlement, { kind: 'dispute' }>,
  features: readonly FeatureDefinition[],
): Changes {
  const { before, signals, sighting } = read(instance, snapshot, features)
  let memory = instance.learnt === 'failure' ? before : unlearnt(before, instance, sighting, hourOf(signals), true)
  memory = learnFraud(memory, instance, sighting, at)
  const state: State =
    instance.state === 'CHALLENGE_REQUIRED' ? 'CHALLENGE_FAILED' : instance.state === 'REVIEW_REQUIRED' ? 'REVIEW_FAILED' : instance.state
  const isMoved = state !== instance.state
  if (isMoved) memory = addToFeatures(memory, compileFeatures(features), instance.action, state, at, signals)
  if (isMoved && state === 'CHALLENGE_FAILED') memory = countFailedChallenge(memory, at)
  const changed: Instance = {
    ...instance,
    state,
    stateUpdatedAt: isMoved ? at : instance.stateUpdatedAt,
    updatedAt: at,
    disputedAt: at,
    dispute: {
      ...(reason !== undefined && { reason }),
      actor,
      effect: disputeEffect(instance.learnt, before, memory, signals, sighting, at),
    },
    label: { value: 'fraud', at, source: 'person', ...(reason !== undefined && { reason }), actor },
    learnt: instance.learnt === 'failure' || isMoved ? 'failure' : null,
  }
  return { instance: changed, entities: changedEntities(before, memory) }
}

function withoutLesson(
  instance: Instance,
  snapshot: Snapshot,
  { at, unlearningId, reason, actor, wasAnother }: Extract<Settlement, { kind: 'unlearn' }>,
  features: readonly FeatureDefinition[],
): Changes | null {
  const { learnt } = instance
  if (learnt === null || learnt === 'failure') return null
  const { before, signals, sighting } = read(instance, snapshot, features)
  const memory = unlearnt(before, instance, sighting, hourOf(signals), wasAnother)
  const changed: Instance = { ...instance, updatedAt: at, learnt: null, unlearnt: { at, unlearningId, reason, actor, learnt } }
  return { instance: changed, entities: changedEntities(before, memory) }
}

function read(instance: Instance, snapshot: Snapshot, features: readonly FeatureDefinition[]) {
  const signals = decodeSignals(instance)
  const sighting = sightingOf(signals, instance.tracked.userAgent)
  return { before: readMemory(snapshot.entities, sighting, otherKindsOf(sighting.address, signals.custom, features)), signals, sighting }
}

/** The memory without what the instance has taught so far. */
function unlearnt(memory: Memory, instance: Instance, sighting: Sighting, hour: number, wasAnother: boolean): Memory {
  const { learnt, vouched, stateUpdatedAt, state } = instance
  if (learnt === null) return memory
  if (learnt === 'failure') return learnWrong(memory, sighting, stateUpdatedAt, -wrongOf(state))
  return unlearnSuccess(memory, { sighting, hour, proof: learnt, vouched, at: stateUpdatedAt }, wasAnother)
}

/** The address has to answer for the dispute, and for a label only in its place. */
function learnFraud(memory: Memory, instance: Instance, { userHash }: Sighting, at: number): Memory {
  if (memory.address === null) return memory
  const labelledAt = fraudLabelledAt(instance)
  const address = labelledAt === undefined ? memory.address : takeBackFraud(memory.address, labelledAt, userHash)
  return { ...memory, address: addFraud(address, at, userHash) }
}

function wrongOf(state: State): number {
  return state === 'BLOCK' ? wrongs.blocked : wrongs.failed
}

function countFailedChallenge(memory: Memory, at: number): Memory {
  const { user, address } = memory
  return {
    ...memory,
    user: { ...user, failed: addToCount(user.failed ?? [], lastHour, at, 1) },
    address: address && addFailedChallenge(address, at),
  }
}
