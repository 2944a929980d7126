import { failure, type Result } from './result.ts'
import { type Sallyport, stateOf } from './sallyport.ts'
import { type CallOptions, type ChallengeData, type EnrollData, type VerifyData, withToken } from './with-token.ts'

export interface EmailMagicLinkOptions {
  /**
   * Lets the server mark this browser with a cookie, so that the button behind the link completes it here. For pages on the site of the server that the tenant
   * expects; from any other page the calls fail. On the origin of the server it needs no option. Default false: the link shows a code, for `verify`.
   */
  useCookies?: boolean
}

export interface EmailMagicLink {
  /** Mails a link to the address. Following it enrols the address. */
  enroll(options: CallOptions & { email: string }): Promise<Result<EnrollData>>
  /** Mails a link to the user's address on file. */
  challenge(options?: CallOptions): Promise<Result<ChallengeData>>
  /** Answers with the code that the page behind the link shows in another browser. Whoever waits with `checkVerificationStatus` gets the same result. */
  verify(options: CallOptions & { code: string }): Promise<Result<VerifyData>>
  /**
   * Asks every second until the user has pressed the button behind the link, or typed its code in. Ends with a `failureReason` when the link has expired, with what
   * the server refuses, such as an expired token, or by `signal`: abort it when the form disappears.
   */
  checkVerificationStatus(options?: CallOptions): Promise<Result<VerifyData>>
}

/** Links sent by mail. */
export function emailMagicLink(sallyport: Sallyport, { useCookies }: EmailMagicLinkOptions = {}): EmailMagicLink {
  return {
    enroll: ({ email, ...options }) => withToken(sallyport, 'user-authenticators/email-magic-link', { ...options, useCookies }, { email }),
    challenge: (options = {}) => withToken(sallyport, 'challenge/email-magic-link', { ...options, useCookies }),
    verify: ({ code, ...options }) => withToken(sallyport, 'verify/email-magic-link', options, { verificationCode: code }),
    async checkVerificationStatus(options = {}) {
      const state = stateOf(sallyport)
      // Still that of the challenge after `verify` got another one.
      const token = options.token ?? state.token
      for (;;) {
        const answer = await withToken<VerifyData>(sallyport, 'verify/email-magic-link/finalize', { ...options, token })
        const { data, errorCode } = answer
        // The answer to the code had the token.
        if (data?.isVerified) return { data: { ...data, token: data.token ?? (state.token === token ? undefined : state.token) } }
        // A network that is gone for a moment, or a server that asks for patience, ends nothing.
        if (data ? data.failureReason : errorCode !== 'network_error' && errorCode !== 'too_many_requests') return answer
        await new Promise((resolve) => setTimeout(resolve, 1000))
        if (options.signal?.aborted) return failure('aborted', 'the call was aborted')
      }
    },
  }
}
