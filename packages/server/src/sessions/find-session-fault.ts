import type { Store, Transaction } from '../storage/store.ts'
import { isAuthenticatorRemoved } from '../tokens/is-authenticator-removed.ts'
import { endOf, type SessionRow } from './session-row.ts'

/** Why a session is over although it is on record, as the end of a sentence. */
export const sessionFaults = {
  expired: 'it has expired',
  authenticator_removed: 'the authenticator behind it was removed',
  disputed: 'the sign-in was disputed',
  state_changed: 'the state of the sign-in was changed',
} as const

export type SessionFault = keyof typeof sessionFaults

/**
 * Says whether what a session rests on is still true (TK-10): it has not ended by itself, the authenticator that proved its user was not removed, and the passed
 * challenge that opened it was neither disputed nor withdrawn. A challenge that retention has erased withdraws nothing.
 */
export async function findSessionFault(
  store: Pick<Store | Transaction, 'db' | 'findInstance'>,
  session: SessionRow,
  at: number,
): Promise<SessionFault | undefined> {
  const { tenant_id: tenantId, user_id: userId, action_code: action, idempotency_key: idempotencyKey } = session
  if (at >= endOf(session)) return 'expired'
  const { user_authenticator_id: authenticatorId } = session
  if (authenticatorId !== null && (await isAuthenticatorRemoved(store.db, tenantId, authenticatorId))) return 'authenticator_removed'
  const instance = await store.findInstance({ tenantId, userId, action, idempotencyKey })
  if (instance === undefined) return undefined
  if (instance.disputedAt !== null) return 'disputed'
  return instance.state === 'CHALLENGE_SUCCEEDED' ? undefined : 'state_changed'
}
