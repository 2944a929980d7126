import { authsignal } from './authsignal.ts'
import { sallyport } from './sallyport.ts'

/** The pair of packages the demo uses: ours, or the article's with `DEMO_SDK=authsignal`. Read when the demo starts, not when it is built. */
export function sdk(): 'sallyport' | 'authsignal' {
  return process.env.DEMO_SDK === 'authsignal' ? 'authsignal' : 'sallyport'
}

/** The common interface of both, limited to what the demo needs. */
export interface Mfa {
  track(request: TrackRequest): Promise<{
    state: string
    token: string
    isEnrolled: boolean
    enrolledVerificationMethods?: string[]
    allowedVerificationMethods?: string[]
  }>
  getAction(request: {
    userId: string
    action: string
    idempotencyKey: string
  }): Promise<{ state: string; createdAt: string; output?: unknown }>
  getUser(request: { userId: string }): Promise<{ isEnrolled: boolean }>
  getAuthenticators(request: { userId: string }): Promise<Authenticator[]>
  deleteAuthenticator(request: { userId: string; userAuthenticatorId: string }): Promise<unknown>
  validateChallenge(request: { token: string; action: string; userId: string }): Promise<{ isValid: boolean; idempotencyKey?: string }>
}

export interface TrackRequest {
  userId: string
  action: string
  attributes: {
    idempotencyKey?: string
    ipAddress: string
    userAgent: string
    deviceId?: string
    deviceProof?: string
    scope?: string
    email?: string
    username?: string
    custom?: { transactionValue: number; recipient: string }
  }
}

export interface Action {
  state: string
  verificationMethod?: string
  /** The rules that fired, the deciding one first. */
  rules?: { name: string; description?: string }[]
  output?: unknown
  custom?: object
  disputedAt?: string
}

export interface Authenticator {
  userAuthenticatorId: string
  verificationMethod: string
  createdAt: string
  recoveryCodesLeft?: number
  webauthnCredential?: { name?: string; aaguidMapping?: { name: string } }
}

export function mfa(): Mfa {
  return sdk() === 'authsignal' ? authsignal : sallyport
}
