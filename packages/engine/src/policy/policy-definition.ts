import type { JsonValue } from '../facts/json-value.ts'
import type { Outcome, WhenUnenrolled } from '../facts/outcome.ts'
import type { TrustOnFirstUse } from '../facts/trust-on-first-use.ts'
import type { FeatureDefinition } from '../features/feature-definition.ts'
import type { ListValues } from '../language/list-values.ts'
import type { VerificationMethod } from '../methods/verification-method.ts'
import type { RuleSnooze } from './snoozes.ts'

/** The ordered rules and the default outcome of one action, at one version. Plain data that is stored, exported and compared. */
export interface PolicyDefinition {
  action: string
  /** Grows by one with every change; a decision names the version it used. */
  version: number
  defaultOutcome: Outcome
  whenUnenrolled: WhenUnenrolled
  /** Methods that may answer a challenge of this action; empty = every method the tenant enabled. */
  verificationMethods: VerificationMethod[]
  /** What an event must bring: `ip`, `device`, `userAgent`, or the name of a data point. A data point with one of these names is `custom.ip` and so on. */
  requires?: string[]
  /**
   * What happens to an event that lacks a required input. `REFUSE` (default): it is not tracked. `FAIL_CLOSED`: it gets the strictest outcome that the
   * policy has, and `BLOCK` where it has none stricter than `ALLOW`.
   */
  whenMissing?: 'REFUSE' | 'FAIL_CLOSED'
  rules: RuleDefinition[]
}

export interface RuleDefinition {
  ruleId: string
  name: string
  description?: string
  /** 0 comes first; unique within an action. */
  priority: number
  outcome: Outcome
  /** JsonLogic, kept verbatim. Absent, `{}` and an empty `and` always match. */
  conditions?: JsonValue
  /** `shadow` rules are evaluated and recorded, never applied. */
  mode: 'active' | 'shadow' | 'off'
  /** What an `unavailable` signal means for this rule. Default `MATCH_IF_STRICTER`: fail closed. */
  whenUndetermined?: 'MATCH_IF_STRICTER' | 'SKIP'
  /** Overrides the action's. */
  whenUnenrolled?: WhenUnenrolled
  verificationMethods?: VerificationMethod[]
  defaultVerificationMethod?: VerificationMethod
  promptToEnrollVerificationMethods?: VerificationMethod[]
  /** Milliseconds UTC; the rule is off from then on. */
  expiresAt?: number
  /** 0 to 100: the share of users it applies to, stable for each user. Absent = all. */
  rolloutPercent?: number
  /** For whom the rule is silenced. At most one for each user, device and network. */
  snoozes?: RuleSnooze[]
  /** What a challenge by this rule requires of the proof. */
  challenge?: ChallengeRequirements
  tags?: string[]
  note?: string
}

export interface ChallengeRequirements {
  phishingResistant?: boolean
  userVerification?: boolean
  deviceBound?: boolean
  /** Seconds that a proof stays valid. */
  maxAgeSeconds?: number
}

/** Everything that a policy is compiled against, apart from its rules. */
export interface PolicyContext {
  /** Value lists by alias. An inactive list is absent. */
  lists: ReadonlyMap<string, ListValues>
  /** Verification methods the tenant has enabled. */
  enabledMethods: readonly string[]
  /** Version of lists and data points together; part of what a decision names. */
  configVersion: number
  /** Velocity features the tenant declares. Absent = none. */
  features?: readonly FeatureDefinition[]
  /** How `risk.score` is computed. Default `default`. */
  scoreMode?: ScoreMode
  /** How much the first days of an account prove. Absent = `defaultTrustOnFirstUse`. */
  trustOnFirstUse?: TrustOnFirstUse
}

/**
 * - `default`: 0 to 100, see `score/default-score.ts`.
 * - `freeman-reference`: the published risk, from 0 without an upper limit, see `score/reference-score.ts`.
 */
export type ScoreMode = 'default' | 'freeman-reference'
