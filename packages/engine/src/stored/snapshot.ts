import type { JsonValue, TrackedInput } from '../facts/event.ts'
import type { Outcome, State } from '../facts/outcome.ts'
import type { AcceptedSample, PopulationStatistics } from '../score/population.ts'
import type { EncodedSignals } from '../signals/encoding.ts'
import type { UserRead } from '../signals/user-read.ts'

/** Something the engine remembers across events: at most one of each kind takes part in one event. */
export type EntityKind = 'user' | 'device' | 'address' | 'network' | `custom.${string}` | `user+custom.${string}`

export interface EntityRef {
  kind: EntityKind
  key: string
}

/** What is remembered of an entity. JSON data, bounded in size; its shape belongs to `learning/`. */
export type Entity = { readonly [key: string]: JsonValue }

/** The stored state that one decision may read. */
export interface Snapshot {
  user: UserFacts
  /** By kind; absent = nothing is remembered yet. */
  entities: Readonly<Partial<Record<EntityKind, Entity>>>
  /** What is usual for everybody of the tenant. Absent: nothing is known of anybody. */
  population?: PopulationStatistics
}

/** What the application and the user's authenticators say of a user. `null`: not known. */
export interface UserFacts {
  /** Milliseconds UTC of the first contact; `null` for a user never seen before. */
  createdAt: number | null
  email: string | null
  phoneNumber: string | null
  username: string | null
  custom: Readonly<Record<string, JsonValue>>
  /** Verification methods of bound authenticators, e.g. `['PASSKEY']`. Each once, first enrolled first. */
  enrolledMethods: readonly string[]
  /** Devices with a state of their own, most recent first, at most 50. */
  devices: readonly DeviceFacts[]
  /** Authenticators in force, last used first, at most 20. */
  authenticators: readonly AuthenticatorFacts[]
}

export interface AuthenticatorFacts {
  verificationMethod: string
  createdAt: number
  /** What its passkey says of itself: it may leave its device (`backup_eligible`), and has done so (`backup_state`). `null`: no passkey, or not known yet. */
  backupEligible: boolean | null
  backupState: boolean | null
  /** What people call its model, from the AAGUID. */
  name: string | null
}

export interface DeviceFacts {
  deviceId: string
  createdAt: number
  rememberedUntil: number | null
  invalidatedAt: number | null
  /** A passkey was used on it. */
  hasUsedPasskey: boolean
}

/** One tracked occurrence as it is stored. Small: nothing that another field or the policy version already says. */
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
  /** Ids of the rules that could not be determined (a subset may also be in `ruleIds`: those matched because that is stricter). */
  undeterminedRuleIds: readonly string[]
  /** Ids of shadow rules that would have matched. */
  shadowRuleIds: readonly string[]
  tracked: TrackedInput
  signals: EncodedSignals
  /** What the rules read of what is on record of the user, as it was then. Absent: they read nothing of it, or an earlier release decided. */
  userRead?: UserRead
  verificationMethod: string | null
  verifiedByAuthenticatorId: string | null
  /** Set when somebody said "this was not me". */
  disputedAt: number | null
  /** What was learnt from this instance, so that it can be unlearnt. `null`: nothing yet. */
  learnt: 'success' | 'challenge' | 'phishing_resistant' | 'failure' | null
}

export interface Decision {
  state: State
  outcome: Outcome
  /** `null`: no rule matched, the default outcome applied. */
  ruleId: string | null
  isEnrolled: boolean
  /** The methods that may answer a challenge. */
  allowedVerificationMethods: readonly string[]
}

/** What to remember after a decision or a change of state. */
export interface Changes {
  instance: Instance
  /** New values of the entities that changed. */
  entities: Readonly<Partial<Record<EntityKind, Entity>>>
  /** What the instance adds to what is usual for everybody, when it was accepted by this. */
  accepted?: AcceptedSample | undefined
}

export interface Decided {
  decision: Decision
  changes: Changes
}
