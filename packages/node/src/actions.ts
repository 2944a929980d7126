import type { VerificationMethod } from './authenticators.ts'
import type { ActionCode, CustomOf, CustomValue } from './custom-data.ts'

/** Where an action instance stands. */
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

/** What a token may do with the user's authenticators. Several are joined with a space. */
export const AuthScope = {
  readAuthenticators: 'read:authenticators',
  addAuthenticators: 'add:authenticators',
  updateAuthenticators: 'update:authenticators',
  removeAuthenticators: 'remove:authenticators',
} as const
export type AuthScope = (typeof AuthScope)[keyof typeof AuthScope]

export interface TrackRequest<Actions extends object, Action extends ActionCode<Actions>> {
  userId: string
  /** Letters, digits, `-` and `_`, at most 64. An action is put on record when it is first tracked. */
  action: Action
  attributes?: TrackAttributes<CustomOf<Actions, Action>>
}

export interface TrackAttributes<Custom> {
  /**
   * Names this occurrence among the user's: the same key never decides twice. Give one whenever you can (an order or transfer id): only then is a
   * failed call repeated. The server makes one otherwise.
   */
  idempotencyKey?: string
  /** The client's address: see `clientIp`. Never the first entry of `X-Forwarded-For`. */
  ipAddress?: string
  userAgent?: string
  /** The browser SDK's device id: `cookies['__sp_did']`. */
  deviceId?: string
  /** What your rules look at, and what a challenge of this instance approves. */
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
  /** For the browser SDK: `passkey.signIn({ token })` approves this very instance. */
  token: string
  isEnrolled: boolean
  enrolledVerificationMethods?: VerificationMethod[]
  allowedVerificationMethods?: VerificationMethod[]
  defaultVerificationMethod?: VerificationMethod
  /** The rules that fired, in order of priority. */
  ruleIds?: string[]
}

/** Names one action instance. */
export interface ActionKey {
  userId: string
  action: string
  idempotencyKey: string
}

export interface GetActionResponse {
  state: UserActionState
  stateUpdatedAt: string
  createdAt: string
  verificationMethod?: VerificationMethod
  /** The rules that fired, in order of priority, as they were then. */
  rules?: Rule[]
  ruleIds?: string[]
  /** The rule that gave the outcome. */
  priorityRuleId?: string
  /** How the decision came about: the signals, what every rule saw, and the sentence. */
  output?: ActionOutput
}

export interface Rule {
  ruleId: string
  name: string
  description?: string
}

export interface ActionOutput {
  [name: string]: CustomValue
}

export interface UpdateActionRequest extends ActionKey {
  attributes: ActionAttributes
}

export interface ActionAttributes {
  state: UserActionState
}

export interface QueryUserActionsRequest {
  userId: string
  /** ISO 8601; instances from then on. */
  fromDate?: string
  actionCodes?: string[]
  state?: UserActionState
}

export type QueryUserActionsResponse = UserAction[]

export interface UserAction {
  actionCode: string
  idempotencyKey: string
  createdAt: string
  updatedAt?: string
  state: UserActionState
  stateUpdatedAt?: string
  verificationMethod?: VerificationMethod
  verifiedByAuthenticatorId?: string
  /** Somebody said "this was not me". */
  disputedAt?: string
}
