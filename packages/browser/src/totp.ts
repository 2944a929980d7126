import type { Result } from './result.ts'
import type { Sallyport } from './sallyport.ts'
import { type CallOptions, type EnrollData, type VerifyData, withToken } from './with-token.ts'

export interface TotpEnrollData extends EnrollData {
  /** The `otpauth:` address for a QR code. */
  uri: string
  /** The same secret as text, to be typed. */
  secret: string
  /** The address as a QR code: a `data:` URL for an image. */
  qrCode?: string
}

export interface Totp {
  /** Begins to enrol an authenticator app. `verify` with its first code completes that. */
  enroll(options?: CallOptions): Promise<Result<TotpEnrollData>>
  verify(options: CallOptions & { code: string }): Promise<Result<VerifyData>>
}

/** Codes of an authenticator app. */
export function totp(sallyport: Sallyport): Totp {
  return {
    enroll: (options = {}) => withToken(sallyport, 'user-authenticators/totp', options),
    verify: ({ code, ...options }) => withToken(sallyport, 'verify/totp', options, { verificationCode: code }),
  }
}
