import type { Instance } from '@sallyport/engine'
import { ApiError } from '../errors/api-error.ts'
import type { InstanceKey, Store, Transaction } from '../storage/store.ts'
import type { TokenClaims } from './challenge-token.ts'

export function instanceKeyOf(token: TokenClaims): InstanceKey {
  return { tenantId: token.tenantId, userId: token.userId, action: token.actionCode, idempotencyKey: token.idempotencyKey }
}

/** The instance a token is for. When it is gone, so is its user, and the token with them (TK-10, A-23). */
export async function loadTokenInstance(store: Pick<Store | Transaction, 'findInstance'>, token: TokenClaims): Promise<Instance> {
  const instance = await store.findInstance(instanceKeyOf(token))
  if (instance === undefined) throw new ApiError('expired_token', 'the token is no longer valid')
  return instance
}
