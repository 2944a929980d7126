import type { Result } from './result.ts'
import type { Sallyport } from './sallyport.ts'
import { type CallOptions, type ChallengeData, type EnrollData, type VerifyData, withToken } from './with-token.ts'

export interface EmailOtp {
  /** Sends a code to the address. `verify` with it enrols the address. */
  enroll(options: CallOptions & { email: string }): Promise<Result<EnrollData>>
  /** Sends a code to the user's address on file. */
  challenge(options?: CallOptions): Promise<Result<ChallengeData>>
  verify(options: CallOptions & { code: string }): Promise<Result<VerifyData>>
}

/** Codes sent by mail. */
export function emailOtp(sallyport: Sallyport): EmailOtp {
  return {
    enroll: ({ email, ...options }) => withToken(sallyport, 'user-authenticators/email-otp', options, { email }),
    challenge: (options = {}) => withToken(sallyport, 'challenge/email-otp', options),
    verify: ({ code, ...options }) => withToken(sallyport, 'verify/email-otp', options, { verificationCode: code }),
  }
}
