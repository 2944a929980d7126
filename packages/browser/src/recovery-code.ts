import type { Result } from './result.ts'
import type { Sallyport } from './sallyport.ts'
import { type CallOptions, type VerifyData, withToken } from './with-token.ts'

export interface RecoveryCode {
  /** Answers a challenge with one of the user's recovery codes, which is used up by it. */
  verify(options: CallOptions & { code: string }): Promise<Result<VerifyData>>
}

/** Recovery codes: for a user who has lost everything else. */
export function recoveryCode(sallyport: Sallyport): RecoveryCode {
  return { verify: ({ code, ...options }) => withToken(sallyport, 'verify/recovery-code', options, { verificationCode: code }) }
}
