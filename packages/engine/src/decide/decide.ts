import type { TrackedEvent, TrackedInput } from '../facts/event.ts'
import type { Outcome, State, WhenUnenrolled } from '../facts/outcome.ts'
import { defaultTrustOnFirstUse } from '../facts/trust-on-first-use.ts'
import type { UserFacts } from '../facts/user-facts.ts'
import { compileFeatures } from '../features/feature-windows.ts'
import { otherKindsOf } from '../learning/entities-of.ts'
import { taughtBy } from '../learning/learn.ts'
import { sampleOf } from '../learning/level-values.ts'
import { addEvent, addToFeatures, changedEntities, readMemory } from '../learning/memory.ts'
import { hourOf, learnDecided } from '../learning/record-tracked.ts'
import { sightingOf } from '../learning/sighting.ts'
import { isFirstSuccess } from '../learning/success-counts.ts'
import { vouchFor } from '../learning/vouch.ts'
import type { Policy } from '../policy/compile-policy.ts'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import { readRecord } from '../policy/record-reads.ts'
import { emptyPopulation } from '../score/population.ts'
import { bare } from '../signals/bare.ts'
import { encodeSignals } from '../signals/encoding.ts'
import type { Signals } from '../signals/signals.ts'
import type { Instance } from '../stored/instance.ts'
import type { Snapshot } from '../stored/snapshot.ts'
import { authenticatorSignals } from './authenticator-signals.ts'
import { challengeMethods } from './challenge-strength.ts'
import type { Decided } from './decision.ts'
import { factSignals, featureSignals, historySignals } from './derive-signals.ts'
import { findDeviceFacts } from './device-index.ts'
import { riskSignals } from './risk-signals.ts'

/**
 * Decides one tracked event under one policy.
 *
 * Pure: time and ids arrive in `event`, stored state in `snapshot`. The same three arguments give the same decision in live traffic, in a
 * backtest and years later in a replay. Counts include the event itself; what is usual is what was usual before it.
 *
 * A missing signal never makes a condition hold, so a look-up that failed cannot let anyone through whom a rule would stop.
 */
export function decide(policy: Policy, snapshot: Snapshot, event: TrackedEvent): Decided {
  const { definition, context } = policy
  const { signals, sighting, before, touched } = derive(policy, snapshot, event)
  const vouched = vouchFor(
    { profile: before.user, sighting, values: signals.values, isInvalidated: isInvalidated(snapshot.user, event.deviceId), at: event.at },
    context.trustOnFirstUse ?? defaultTrustOnFirstUse,
  )
  const evaluation = evaluatePolicy(policy, signals, event)
  const { winner, outcome } = evaluation
  const allowedVerificationMethods = challengeMethods(winner, definition, context.enabledMethods)
  const { enrolledMethods } = snapshot.user
  const state = stateFor(outcome, winner?.whenUnenrolled ?? definition.whenUnenrolled, enrolledMethods, allowedVerificationMethods)
  const tracked = trackedInput(event)
  const instance: Instance = {
    tenantId: event.tenantId,
    userId: event.userId,
    action: event.action,
    idempotencyKey: event.idempotencyKey,
    createdAt: event.at,
    updatedAt: event.at,
    state,
    stateUpdatedAt: event.at,
    outcome,
    policyVersion: definition.version,
    configVersion: context.configVersion,
    dataVersion: event.dataVersion,
    ruleIds: evaluation.ruleIds,
    undeterminedRuleIds: evaluation.undeterminedRuleIds,
    shadowRuleIds: evaluation.shadowRuleIds,
    tracked,
    signals: encodeSignals(signals, tracked.ipAddress),
    verificationMethod: null,
    verifiedByAuthenticatorId: null,
    disputedAt: null,
    learnt: learntFrom(state, outcome),
  }
  if (state !== 'BLOCK') instance.vouched = vouched
  if (policy.recordReads !== undefined) instance.userRead = readRecord(policy.recordReads, signals)
  const after = learnDecided(touched, sighting, signals, instance, context.features)
  return {
    decision: {
      state,
      outcome,
      ruleId: winner?.ruleId ?? null,
      isEnrolled: enrolledMethods.length > 0,
      allowedVerificationMethods,
    },
    changes: {
      instance,
      entities: changedEntities(before, after),
      accepted:
        instance.learnt === 'success'
          ? sampleOf(sighting, hourOf(signals), taughtBy({ proof: 'success', vouched }), isFirstSuccess(before.user))
          : undefined,
    },
  }
}

/** The signals that a decision of the event would see. Decides and remembers nothing. */
export function deriveSignals(policy: Pick<Policy, 'context'>, snapshot: Snapshot, event: TrackedEvent): Signals {
  return derive(policy, snapshot, event).signals
}

function derive({ context }: Pick<Policy, 'context'>, snapshot: Snapshot, event: TrackedEvent) {
  const { user } = snapshot
  const values = factSignals(event, user)
  authenticatorSignals(values, user, event)
  const sighting = sightingOf({ values }, event.tracked.userAgent)
  const custom = bare(event.custom)
  const features = compileFeatures(context.features)
  const before = readMemory(snapshot.entities, sighting, otherKindsOf(sighting.address, custom, context.features))
  const touched = addToFeatures(addEvent(before, sighting, event.at), features, event.action, null, event.at, { values, custom })
  historySignals(values, before, touched, sighting, user, event.at)
  riskSignals(values, before.user, sighting, snapshot.population ?? emptyPopulation, context.scoreMode ?? 'default', event.at)
  const signals: Signals = {
    values,
    custom,
    userCustom: bare(user.custom),
    features: featureSignals(features, touched, event.at),
  }
  return { signals, sighting, before, touched }
}

function isInvalidated(user: UserFacts, deviceId: string | null): boolean {
  return deviceId !== null && (findDeviceFacts(user, deviceId)?.invalidatedAt ?? null) !== null
}

/**
 * The state that an outcome leads to. A user who cannot answer a challenge is not let through, unless the tenant chose `ALLOW` and the user
 * has no authenticator at all. An authenticator that this challenge does not accept is no reason to skip the challenge.
 */
function stateFor(outcome: Outcome, whenUnenrolled: WhenUnenrolled, enrolled: readonly string[], allowed: readonly string[]): State {
  switch (outcome) {
    case 'ALLOW':
      return 'ALLOW'
    case 'BLOCK':
      return 'BLOCK'
    case 'REVIEW':
      return 'REVIEW_REQUIRED'
    case 'CHALLENGE':
      if (enrolled.some((method) => allowed.includes(method))) return 'CHALLENGE_REQUIRED'
      if (whenUnenrolled === 'BLOCK') return 'BLOCK'
      return whenUnenrolled === 'ALLOW' && enrolled.length === 0 ? 'ALLOW' : 'CHALLENGE_REQUIRED'
  }
}

/** A user who was let through only for lack of an authenticator was still suspected, so nothing is learnt from it. */
function learntFrom(state: State, outcome: Outcome): Instance['learnt'] {
  if (state === 'BLOCK') return 'failure'
  return state === 'ALLOW' && outcome === 'ALLOW' ? 'success' : null
}

/**
 * The tracked input as it is stored: with typed custom data, and with the device id as it was read, so that the stored instance says what
 * the decision saw.
 */
function trackedInput({ tracked, custom, deviceId }: TrackedEvent): TrackedInput {
  const isEmpty = tracked.custom === undefined && Object.keys(custom).length === 0
  if ((isEmpty || tracked.custom === custom) && (tracked.deviceId ?? null) === deviceId) return tracked
  return { ...tracked, custom: isEmpty ? undefined : custom, deviceId: deviceId ?? undefined }
}
