import type { AuthScope } from './actions.ts'
import type { VerificationMethod } from './authenticators.ts'
import type { CustomData } from './custom-data.ts'

/** Why a code does not verify. */
export const VerificationFailureReason = {
  CODE_INVALID_OR_EXPIRED: 'CODE_INVALID_OR_EXPIRED',
  MAX_ATTEMPTS_EXCEEDED: 'MAX_ATTEMPTS_EXCEEDED',
} as const
export type VerificationFailureReason = (typeof VerificationFailureReason)[keyof typeof VerificationFailureReason]

/** A method whose codes your server may send and check. */
export type CodeMethod = 'EMAIL_OTP' | 'SMS' | 'WHATSAPP'

/** Sends a code. With `challengeId` and nothing else, the code of that challenge is sent again. */
export interface ChallengeRequest {
  verificationMethod?: CodeMethod
  action?: string
  challengeId?: string
  idempotencyKey?: string
  /** Leave it out while you do not know who it is, and claim the challenge when you do. */
  userId?: string
  email?: string
  phoneNumber?: string
  locale?: string
  deviceId?: string
  ipAddress?: string
  userAgent?: string
  custom?: CustomData
  scope?: AuthScope | (string & {})
}

export interface ChallengeResponse {
  challengeId: string
  idempotencyKey: string
  /** Seconds since 1970. */
  expiresAt: number
}

export interface VerifyRequest {
  challengeId: string
  verificationCode: string
}

/** A wrong code is an answer, not an error. */
export interface VerifyResponse {
  isVerified: boolean
  email?: string
  phoneNumber?: string
  verificationMethod?: CodeMethod
  failureReason?: VerificationFailureReason
}

export interface ClaimChallengeRequest {
  challengeId: string
  userId: string
}

export interface ClaimChallengeResponse {
  /** For `validateChallenge` or `createSession`. */
  token: string
  verificationMethod: VerificationMethod
}

export interface GetChallengeRequest {
  challengeId?: string
  userId?: string
  action?: string
  verificationMethod?: VerificationMethod
}

/** Without members when there is no such challenge. */
export interface GetChallengeResponse {
  challengeId?: string
  /** Seconds since 1970. */
  expiresAt?: number
  verificationMethod?: VerificationMethod
  phoneNumber?: string
  email?: string
  action?: string
}
