import type { PasskeyConfig, Passkeys } from './passkeys.ts'

/** The article's package. It is loaded only when it is used, and throws when the user closes the dialog. */
export function authsignalPasskeys({ tenantId, baseUrl }: PasskeyConfig): Passkeys {
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
    device: async () => undefined,
  }
}

interface AuthsignalResult {
  data?: { token?: string }
  errorDescription?: string
}
