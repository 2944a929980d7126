import type { Instance } from '@sallyport/engine'
import { ApiError, unauthorized } from '../errors/api-error.ts'
import type { Store, Transaction } from '../storage/store.ts'
import type { TokenClaims } from './challenge-token.ts'
import { findTokenStanding, type TokenFault } from './find-token-standing.ts'

/** The instance a token is for. Refuses a token that rests on something no longer true: see `findTokenStanding`. */
export async function loadTokenInstance(
  store: Pick<Store | Transaction, 'db' | 'findInstance'>,
  token: TokenClaims,
  at: number,
): Promise<Instance> {
  const { instance, fault } = await findTokenStanding(store, token, at)
  if (fault === 'key_revoked') throw unauthorized(new Error(fault))
  if (fault !== undefined || instance === undefined) {
    throw new ApiError('expired_token', `the token is no longer valid${fault === undefined ? '' : reasons[fault]}`)
  }
  return instance
}

const reasons: Readonly<Record<Exclude<TokenFault, 'key_revoked'>, string>> = {
  instance_gone: '',
  disputed: ': the action was disputed',
  state_changed: ': the state of the action was changed',
  authenticator_removed: ': the authenticator behind it was removed',
}
