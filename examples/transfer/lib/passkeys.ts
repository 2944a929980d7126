import { emailOtp, Sallyport } from '@sallyport/browser'

export interface PasskeyConfig {
  sdk: 'sallyport' | 'authsignal'
  tenantId: string
  baseUrl: string
}

/** The result of a passkey call: a token for the server, or the reason why there is none. */
export interface PasskeyOutcome {
  token?: string
  problem?: 'cancelled' | 'not_supported' | 'already_enrolled' | 'failed'
  detail?: string
}

/** The passkey calls of this demo, with either package. */
export interface Passkeys {
  signUp(options: { token: string; username: string; displayName: string }): Promise<PasskeyOutcome>
  /** Approves the instance of `action` for which `token` was issued. */
  signIn(options: { token: string; action: string }): Promise<PasskeyOutcome>
  /** For a device without the passkey. Absent with the article's packages. */
  emailCodes?: EmailCodes
}

export interface EmailCodes {
  /** Sends a code to the customer's address. Returns what went wrong. */
  send(options: { token: string }): Promise<string | undefined>
  /** `isOver`: too many wrong codes, and the payment has to be sent again. */
  verify(options: { token: string; code: string }): Promise<{ token?: string; isOver?: boolean; problem?: string }>
}

export function createPasskeys(config: PasskeyConfig): Passkeys {
  return config.sdk === 'authsignal' ? authsignalPasskeys(config) : sallyportPasskeys(config)
}

function sallyportPasskeys({ tenantId, baseUrl }: PasskeyConfig): Passkeys {
  const sallyport = new Sallyport({ tenantId, baseUrl })
  const { passkey } = sallyport
  const codes = emailOtp(sallyport)
  return {
    signUp: async (options) => outcome(await passkey.signUp(options)),
    signIn: async ({ token }) => outcome(await passkey.signIn({ token })),
    emailCodes: {
      send: async (options) => {
        const { errorCode } = await codes.challenge(options)
        if (errorCode === 'too_many_requests') return 'We have sent several codes already. Please wait a while.'
        return errorCode && 'We could not send a code just now.'
      },
      verify: async (options) => {
        const { data, errorCode } = await codes.verify(options)
        if (data?.isVerified) return { token: data.token }
        if (data?.failureReason === 'MAX_ATTEMPTS_EXCEEDED')
          return { isOver: true, problem: 'Too many wrong codes. Please send the payment again.' }
        if (errorCode === 'too_many_requests') return { problem: 'Please wait a moment before you try again.' }
        return { problem: 'This code is not right, or is too old.' }
      },
    },
  }
}

function outcome(result: Awaited<ReturnType<Sallyport['passkey']['signUp' | 'signIn']>>): PasskeyOutcome {
  if (result.data) return result.data.token ? { token: result.data.token } : { problem: 'failed' }
  const detail = result.errorDescription
  switch (result.errorCode) {
    case 'user_canceled':
    case 'aborted':
      return { problem: 'cancelled', detail }
    case 'not_supported':
    case 'already_enrolled':
      return { problem: result.errorCode, detail }
    default:
      return { problem: 'failed', detail }
  }
}

/** The article's package. It is loaded only when it is used, and throws when the user closes the dialog. */
function authsignalPasskeys({ tenantId, baseUrl }: PasskeyConfig): Passkeys {
  const loading = typeof window === 'undefined' ? undefined : import('@authsignal/browser')
  const client = loading?.then(({ Authsignal }) => new Authsignal({ tenantId, baseUrl }))
  const attempt = async (call: (passkey: import('@authsignal/browser').Authsignal['passkey']) => Promise<AuthsignalResult>) => {
    try {
      const { passkey } = (await client) ?? {}
      if (passkey === undefined) return { problem: 'not_supported' as const }
      const { data, errorDescription } = await call(passkey)
      return data?.token ? { token: data.token } : { problem: 'failed' as const, detail: errorDescription }
    } catch (error) {
      const isCancelled = error instanceof Error && error.name === 'NotAllowedError'
      return { problem: isCancelled ? ('cancelled' as const) : ('failed' as const), detail: String(error) }
    }
  }
  return {
    signUp: ({ token, username }) => attempt((passkey) => passkey.signUp({ token, username })),
    // As in the article: for the action, not for the tracked instance. `isSignInApproved` says what that leaves open.
    signIn: ({ action }) => attempt((passkey) => passkey.signIn({ action })),
  }
}

interface AuthsignalResult {
  data?: { token?: string }
  errorDescription?: string
}
