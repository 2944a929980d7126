import { call, isFailure } from './client-api.ts'
import type { EnrolledAuthenticator } from './passkey.ts'
import { failure, type Result } from './result.ts'
import { type Sallyport, stateOf } from './sallyport.ts'

export interface CallOptions {
  /** From your server's `track`. Default: the token given to `setToken`, or that of the last call that got one. */
  token?: string
  /** Ends the call. */
  signal?: AbortSignal
}

export interface EnrollData {
  userAuthenticatorId: string
  userId: string
}

export interface ChallengeData {
  challengeId: string
}

export interface VerifyData {
  /** Whether the answer was right. A wrong code is an answer too, and no failure. */
  isVerified: boolean
  /** Why it was not. */
  failureReason?: 'CODE_INVALID_OR_EXPIRED' | 'MAX_ATTEMPTS_EXCEEDED' | (string & {})
  /** For your server's `validateChallenge`. */
  token?: string
  /** What was enrolled, when the answer completed an enrolment. */
  userAuthenticator?: EnrolledAuthenticator
}

/** Calls the client API with the token of the options or of the client. */
export async function withToken<T extends object>(
  sallyport: Sallyport,
  path: string,
  { token, signal, useCookies }: CallOptions & { useCookies?: boolean },
  body: object = {},
): Promise<Result<T>> {
  const state = stateOf(sallyport)
  const used = token ?? state.token
  if (!used) return failure('token_not_set', 'the call needs a token: pass one, or call setToken first')
  const answer = await call<T & { accessToken?: string }>(state.api, path, { token: used, signal, body, useCookies })
  if (isFailure(answer)) return answer
  const { accessToken, ...data } = answer
  if (!accessToken) return { data: data as unknown as T }
  state.token = accessToken
  return { data: { ...data, token: accessToken } as unknown as T }
}
