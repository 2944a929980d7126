import type { TrackedInput } from '../facts/event.ts'
import type { Outcome, State } from '../facts/outcome.ts'
import type { EncodedSignals } from '../signals/encoding.ts'
import type { UserRead } from '../signals/user-read.ts'
import type { Vouched } from './vouched.ts'

/** One tracked occurrence as it is stored. Small: it repeats nothing that another field or the policy version already says. */
export interface Instance {
  tenantId: string
  userId: string
  action: string
  idempotencyKey: string
  createdAt: number
  updatedAt: number
  state: State
  stateUpdatedAt: number
  outcome: Outcome
  policyVersion: number
  configVersion: number
  /** Names the IP data sets used. */
  dataVersion: string
  /** Ids of the active rules that matched, in order of priority; the first one gave the outcome. */
  ruleIds: readonly string[]
  /** Ids of the rules that could not be determined. Those that matched because they are stricter than the default are in `ruleIds` too. */
  undeterminedRuleIds: readonly string[]
  /** Ids of shadow rules that would have matched. */
  shadowRuleIds: readonly string[]
  tracked: TrackedInput
  signals: EncodedSignals
  /** What the rules read from the user's record, as it was then. Absent: they read nothing from it, or an earlier release decided. */
  userRead?: UserRead
  verificationMethod: string | null
  verifiedByAuthenticatorId: string | null
  /** How the application answered when it was asked whether a good answer may pass. Absent: it was not asked. */
  confirmation?: Confirmation
  /** When the application's server learnt that the challenge was passed, the last time. Absent: it has not asked, or an earlier release answered. */
  validatedAt?: number
  /** How a person settled `REVIEW_REQUIRED`. Absent: nobody did, or the state was set otherwise since. */
  review?: Review
  /** What it turned out to be. Absent: nobody and nothing has said so. */
  label?: GivenLabel
  /** Set when somebody said "this was not me". */
  disputedAt: number | null
  /** Why it was disputed, by whom, and what that took back. Absent: it is not disputed, or was so by an earlier release. */
  dispute?: Dispute
  /** Set when what it had taught was taken back along with that of others. Absent: it was not. */
  unlearnt?: Unlearnt
  /** What was learnt from this instance, so that it can be unlearnt. `null`: nothing so far. */
  learnt: 'success' | 'challenge' | 'phishing_resistant' | 'failure' | null
  /** What vouched for it when it was decided, in case it ends well without a challenge. Absent: an earlier release decided, or nothing is to be learnt. */
  vouched?: Vouched
}

/** What a person made of an instance that waited for them. */
export interface Review {
  /** Milliseconds UTC. */
  at: number
  state: ReviewedState
  /** In their own words. */
  reason: string
  actor: InstanceActor
}

/** Who did something to an instance. */
export interface InstanceActor {
  kind: 'management_key' | 'secret_key' | 'admin' | 'user' | 'system'
  id?: string
  name?: string
}

/** Whether the action was what it claimed to be. */
export interface GivenLabel {
  value: LabelValue
  /** Milliseconds UTC. */
  at: number
  source: LabelSource
  /** In words. Absent: none was given. */
  reason?: string
  actor: InstanceActor
}

export type LabelValue = 'good' | 'fraud'

/** Where a label comes from: somebody who looked, a chargeback that was imported, or the way a challenge or a review ended. */
export type LabelSource = 'person' | 'challenge' | 'chargeback'

/** "This was not me." */
export interface Dispute {
  /** In their own words. Absent: none was given. */
  reason?: string
  actor: InstanceActor
  effect: DisputeEffect
}

/** Somebody took back what many instances had taught. */
export interface Unlearnt {
  /** Milliseconds UTC. */
  at: number
  /** Names the request, which holds for all of them. */
  unlearningId: string
  reason: string
  actor: InstanceActor
  /** What the instance had taught until then. */
  learnt: Instance['learnt']
}

/** What a dispute changed of what is remembered, in the names of the signals. An absent member takes no part in the instance. */
export interface DisputeEffect {
  /** What the instance had taught until then. */
  learnt: Instance['learnt']
  /** An IPv6 address as its /64. Reputation: 0 good to 100 bad. */
  address?: { address: string; isTrusted: Shift<boolean>; timesSeen: Shift<number>; reputation: Shift<number> }
  /** The /24 or /48 of the address. */
  network?: { network: string; timesSeen: Shift<number> }
  device?: { deviceId: string; isTrusted: Shift<boolean>; timesSeen: Shift<number> }
}

/** A value as it was before something, and as it is after it. */
export interface Shift<Value> {
  before: Value
  after: Value
}

/** Approved, or rejected. */
export type ReviewedState = 'REVIEW_SUCCEEDED' | 'REVIEW_FAILED'

/** What the application said of a challenge with a good answer, before it could succeed. */
export interface Confirmation {
  /** Milliseconds UTC. */
  at: number
  isConfirmed: boolean
  /** HTTP status of its answer. Absent: there was none. */
  status?: number
  /** Why there was none, in words. */
  problem?: string
}
