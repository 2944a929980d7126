import { failure, type Result } from './result.ts'
import type { Sallyport } from './sallyport.ts'
import { type CallOptions, type ChallengeData, type EnrollData, type VerifyData, withToken } from './with-token.ts'

export interface EmailMagicLink {
  /** Mails a link to the address. Following it enrols the address. */
  enroll(options: CallOptions & { email: string }): Promise<Result<EnrollData>>
  /** Mails a link to the user's address on file. */
  challenge(options?: CallOptions): Promise<Result<ChallengeData>>
  /**
   * Asks every second until the user has followed the link and pressed the button there. Ends with what the server refuses, such as an expired token, or by
   * `signal`: abort it when the form disappears.
   */
  checkVerificationStatus(options?: CallOptions): Promise<Result<VerifyData>>
}

/** Links sent by mail. */
export function emailMagicLink(sallyport: Sallyport): EmailMagicLink {
  return {
    enroll: ({ email, ...options }) => withToken(sallyport, 'user-authenticators/email-magic-link', options, { email }),
    challenge: (options = {}) => withToken(sallyport, 'challenge/email-magic-link', options),
    async checkVerificationStatus(options = {}) {
      for (;;) {
        const answer = await withToken<VerifyData>(sallyport, 'verify/email-magic-link/finalize', options)
        // A network that is gone for a moment ends nothing.
        if (answer.data ? answer.data.isVerified || answer.data.failureReason : answer.errorCode !== 'network_error') return answer
        await new Promise((resolve) => setTimeout(resolve, 1000))
        if (options.signal?.aborted) return failure('aborted', 'the call was aborted')
      }
    },
  }
}
