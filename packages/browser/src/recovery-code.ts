import type { Result } from './result.ts'
import type { Sallyport } from './sallyport.ts'
import { type CallOptions, type EnrollData, type VerifyData, withToken } from './with-token.ts'

export interface RecoveryCodesData extends EnrollData {
  /** Ten codes, to be shown once. */
  recoveryCodes: string[]
}

export interface RecoveryCode {
  /** Makes new codes. `verify` with one of them puts them into force, ends the earlier ones and uses none up. */
  enroll(options?: CallOptions): Promise<Result<RecoveryCodesData>>
  /** Uses a code up: it completes a recovery, or answers the challenge of an action that accepts recovery codes. */
  verify(options: CallOptions & { code: string }): Promise<Result<VerifyData>>
}

/** Recovery codes: for a user who has lost an authenticator. */
export function recoveryCode(sallyport: Sallyport): RecoveryCode {
  return {
    enroll: (options = {}) => withToken(sallyport, 'user-authenticators/recovery-code', options),
    verify: ({ code, ...options }) => withToken(sallyport, 'verify/recovery-code', options, { verificationCode: code }),
  }
}
