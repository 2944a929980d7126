import type { VerificationMethod } from './authenticators.ts'
import type { ActionCode, CustomData, CustomOf, CustomValue } from './custom-data.ts'

/** The state of an action instance. */
export const UserActionState = {
  ALLOW: 'ALLOW',
  BLOCK: 'BLOCK',
  CHALLENGE_REQUIRED: 'CHALLENGE_REQUIRED',
  CHALLENGE_SUCCEEDED: 'CHALLENGE_SUCCEEDED',
  CHALLENGE_FAILED: 'CHALLENGE_FAILED',
  REVIEW_REQUIRED: 'REVIEW_REQUIRED',
  REVIEW_SUCCEEDED: 'REVIEW_SUCCEEDED',
  REVIEW_FAILED: 'REVIEW_FAILED',
} as const
export type UserActionState = (typeof UserActionState)[keyof typeof UserActionState]

/** What a token may do with the user's authenticators. Join several with a space. */
export const AuthScope = {
  readAuthenticators: 'read:authenticators',
  addAuthenticators: 'add:authenticators',
  updateAuthenticators: 'update:authenticators',
  removeAuthenticators: 'remove:authenticators',
} as const
export type AuthScope = (typeof AuthScope)[keyof typeof AuthScope]

export interface TrackRequest<Actions extends object, Action extends ActionCode<Actions>> {
  userId: string
  /** Letters, digits, `-` and `_`, at most 64. An action is created when it is first tracked. */
  action: Action
  attributes?: TrackAttributes<CustomOf<Actions, Action>>
}

export interface TrackAttributes<Custom> {
  /**
   * Identifies this occurrence among the user's: the same key is never decided twice. Give one whenever you can (an order or transfer id): only
   * then is a failed call retried. Without it the server creates one.
   */
  idempotencyKey?: string
  /** The client's address: see `clientIp`. Never the first entry of `X-Forwarded-For`. */
  ipAddress?: string
  userAgent?: string
  /** The browser SDK's device id: `cookies['__sp_did']`, or the signed one of `getDeviceProof`. */
  deviceId?: string
  /** From `getDeviceProof` of the browser SDK, beside the device id that came with it. */
  deviceProof?: string
  /** The data that your rules read, and that a challenge of this instance approves. */
  custom?: Custom
  /** What the token may do, as an `AuthScope` or several joined with a space. Ask for `add:authenticators` only for a user you have authenticated. */
  scope?: string
  redirectUrl?: string
  redirectToSettings?: boolean
  email?: string
  phoneNumber?: string
  username?: string
  challengeId?: string
  /** BCP 47. */
  locale?: string
  customDomain?: string
}

export interface TrackResponse {
  idempotencyKey: string
  state: UserActionState
  /** The hosted challenge page, carrying `token`. */
  url: string
  /** For the browser SDK: `passkey.signIn({ token })` approves exactly this instance. */
  token: string
  isEnrolled: boolean
  enrolledVerificationMethods?: VerificationMethod[]
  allowedVerificationMethods?: VerificationMethod[]
  defaultVerificationMethod?: VerificationMethod
  /** The rules that fired, in order of priority. */
  ruleIds?: string[]
  /** What looks like a mistake in the request or in the rules; log it. `code`: `unknown_attribute`, `undeclared_data_point` and others. */
  warnings?: { code: string; message: string }[]
}

/** Identifies one action instance. */
export interface ActionKey {
  userId: string
  action: string
  idempotencyKey: string
}

export interface GetActionResponse extends UserAction {
  userId: string
  action: string
  outcome: 'ALLOW' | 'CHALLENGE' | 'REVIEW' | 'BLOCK'
  /** The rules that fired, in order of priority, as they were at the decision. */
  rules: Rule[]
  ruleIds: string[]
  /** The rule that decided the outcome. */
  priorityRuleId?: string
  /** Rules that could not be determined. */
  undeterminedRuleIds: string[]
  /** Shadow rules that would have matched. */
  shadowRuleIds: string[]
  policyVersion: number
  /** The tracked data. */
  ipAddress?: string
  userAgent?: string
  deviceId?: string
  custom?: CustomData
  /** The explanation of the decision. */
  output: ActionOutput
}

export interface Rule {
  ruleId: string
  name: string
  description?: string
}

/** Recomputed from the data stored with the instance and the policy version that decided it. */
export interface ActionOutput {
  /** For analysts: the rule, and the values that made it match. The name of a rule is between asterisks. */
  sentence: string
  /** For the person concerned: no rule, value or threshold. */
  endUserSentence?: string
  /** Other rules that matched but did not decide. */
  alsoMatched?: string[]
  /** The conditions that made the winning rule match. */
  evidence?: Evidence[]
  /** Every rule, condition by condition. */
  trace?: { [name: string]: CustomValue }[]
  /** Rules that match and are snoozed for this user, device or address. */
  snoozed?: SnoozedRule[]
  /** What would have changed the outcome. */
  counterfactual?: Counterfactual
  /** False when the reasons can no longer be recomputed because the data behind them have changed. */
  isReproduced: boolean
  /** The known signals, by the names that rules use. */
  signals: { [signal: string]: CustomValue }
  /** The missing signals, with the reason for each. */
  missing: { [signal: string]: 'not_provided' | 'not_applicable' | 'unavailable' }
}

export interface Evidence {
  text: string
  operator: string
  held: boolean
  reads: { signal: string; value?: CustomValue; missing?: string }[]
}

export interface Counterfactual {
  sentence: string
  outcome: 'ALLOW' | 'CHALLENGE' | 'REVIEW' | 'BLOCK'
  changes: { signal: string; value?: CustomValue }[]
  /** The rule that would have had to count although it is snoozed; then there are no changes. */
  withoutSnoozeOf?: string
}

export interface SnoozedRule {
  ruleId: string
  name: string
  outcome: 'ALLOW' | 'CHALLENGE' | 'REVIEW' | 'BLOCK'
  snooze: { userId?: string; deviceId?: string; ipAddress?: string; until: string; reason: string; by?: string }
  /** False: the rule counts all the same, because a snooze never makes an outcome stricter. */
  isSilenced: boolean
  sentence: string
}

export interface UpdateActionRequest extends ActionKey {
  attributes: ActionAttributes
}

export interface ActionAttributes {
  state: UserActionState
}

export interface QueryUserActionsRequest {
  userId: string
  /** ISO 8601. Returns instances from this time on. */
  fromDate?: string
  actionCodes?: string[]
  state?: UserActionState
}

export type QueryUserActionsResponse = UserAction[]

export interface UserAction {
  actionCode: string
  idempotencyKey: string
  createdAt: string
  updatedAt: string
  state: UserActionState
  stateUpdatedAt: string
  verificationMethod?: VerificationMethod
  verifiedByAuthenticatorId?: string
  /** The user reported "this was not me". */
  disputedAt?: string
}
