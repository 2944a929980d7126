import type { State } from '@sallyport/engine'

/** What a token rests on besides its signature, as it was when the token was issued. `findTokenStanding` says whether it is still true. */
export interface TokenBasis {
  /** When the instance was made, in milliseconds UTC: an instance that is made again under the same key is another one. */
  createdAt: number
  /** The state of the instance. */
  state: State
  /** The user had an authenticator. */
  isEnrolled: boolean
  /** The authenticator that proved its user, or was bound. */
  provedBy?: string
  /** A recovery code was used up on top of that proof, to bind one authenticator in place of a lost one. */
  isRecovery?: true
}

/** Reads the basis from the claims of a token. `undefined`: an earlier release issued the token, or it is none of ours. */
export function readTokenBasis(value: unknown): TokenBasis | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { createdAt, state, isEnrolled, provedBy, isRecovery } = value as Partial<Record<keyof TokenBasis, unknown>>
  if (typeof createdAt !== 'number' || typeof state !== 'string' || typeof isEnrolled !== 'boolean') return undefined
  return {
    createdAt,
    state: state as State,
    isEnrolled,
    ...(typeof provedBy === 'string' && { provedBy }),
    ...(isRecovery === true && { isRecovery }),
  }
}
