import { type Instance, methodRank } from '@sallyport/engine'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import type { AuthenticatorRow } from './authenticator-row.ts'

export interface StrengthRequest {
  token: Pick<TokenClaims, 'kind' | 'basis'>
  /** The tracked instance the token is for, as it stands now. */
  instance: Pick<Instance, 'verificationMethod'>
  /** What the user has, of every method. */
  bound: readonly Pick<AuthenticatorRow, 'verification_method'>[]
  /** The method to be bound. */
  method: string
}

/**
 * Why the proof behind a token is too weak to bind an authenticator of this method, as a sentence for the developer; `undefined` when it is not. Adding one takes
 * the strongest proof that the account has, or one as strong as the new authenticator if that is weaker (EN-01). A recovery code is no proof (RC-05); with
 * an authenticator that the user still has, it replaces one that was lost: see decision 012.
 *
 * It weighs proofs, so it is about tokens of passed challenges. A token that the application's server asked for is its word: `enrolmentObstacle`.
 */
export function strengthObstacle({ token, instance, bound, method }: StrengthRequest): string | undefined {
  const { verificationMethod: proved } = instance
  // `null`: the application set the state.
  if (token.kind !== 'result' || token.basis?.isRecovery === true || proved === null) return undefined
  const strongest = Math.max(0, ...bound.map(({ verification_method }) => methodRank(verification_method)))
  // New recovery codes open as much as any authenticator does.
  const served = methodRank(method) || strongest
  const needed = Math.max(1, Math.min(served, strongest))
  if (methodRank(proved) >= needed) return undefined
  return `${proved} is too weak a proof to add ${method}: the user must pass a challenge with a stronger method, or complete a recovery`
}
