import type { Instance, State } from '@sallyport/engine'
import { keyIdOf } from '../keys/api-keys.ts'
import { prepareQuery } from '../storage/prepare-query.ts'
import type { Db, InstanceKey, Store, Transaction } from '../storage/store.ts'
import type { TokenClaims } from './challenge-token.ts'
import { isAuthenticatorRemoved } from './is-authenticator-removed.ts'
import { isSigningKeyInForce } from './rs256.ts'

/** Why what a token rests on is no longer true. */
export type TokenFault = 'key_revoked' | 'instance_gone' | 'disputed' | 'state_changed' | 'authenticator_removed'

export interface TokenStanding {
  /** The instance that the token is for; `undefined` when it is gone. */
  instance: Instance | undefined
  /** `undefined`: all of it is still true. */
  fault: TokenFault | undefined
}

/** How far the clocks of two processes may differ where a token does not name its instance exactly. */
const maxSkewMs = 60_000

export function instanceKeyOf(token: TokenClaims): InstanceKey {
  return { tenantId: token.tenantId, userId: token.userId, action: token.actionCode, idempotencyKey: token.idempotencyKey }
}

/**
 * Says whether what a token rests on is still true: the key that signed it is in force; its instance is there and is the same one, so its user was not
 * erased (TK-10, A-23); nobody disputed it; the state that a passed challenge or a binding left is not withdrawn; and the authenticator that gave the proof
 * was not removed.
 *
 * INVARIANT: this is the only place that decides it. Every route that takes a token asks before it does anything, and again in the transaction that writes.
 */
export async function findTokenStanding(
  store: Pick<Store | Transaction, 'db' | 'findInstance'>,
  token: TokenClaims,
  at: number,
): Promise<TokenStanding> {
  const { db } = store
  const found = await store.findInstance(instanceKeyOf(token))
  const instance = found !== undefined && isOwn(token, found) ? found : undefined
  if (!(await isKeyInForce(db, token, at))) return { instance, fault: 'key_revoked' }
  if (instance === undefined) return { instance, fault: 'instance_gone' }
  if (instance.disputedAt !== null) return { instance, fault: 'disputed' }
  if (isWithdrawn(token, instance.state)) return { instance, fault: 'state_changed' }
  for (const id of proofsOf(token, instance)) {
    if (await isAuthenticatorRemoved(db, token.tenantId, id)) return { instance, fault: 'authenticator_removed' }
  }
  return { instance, fault: undefined }
}

/** The token was issued for this very instance, and not for one that an erased user had under the same key. */
function isOwn({ basis, issuedAt }: TokenClaims, { createdAt }: Instance): boolean {
  return basis === undefined ? createdAt <= issuedAt + maxSkewMs : createdAt === basis.createdAt
}

/** What a passed challenge or a binding left may have been taken back. A token from a track rests on no state. */
function isWithdrawn({ kind, basis }: TokenClaims, state: State): boolean {
  return kind === 'result' && basis !== undefined && state !== basis.state && state !== 'CHALLENGE_SUCCEEDED'
}

function proofsOf({ basis }: TokenClaims, { state, verifiedByAuthenticatorId }: Instance): Set<string> {
  const ids = [basis?.provedBy, state === 'CHALLENGE_SUCCEEDED' ? verifiedByAuthenticatorId : undefined]
  return new Set(ids.filter((id) => id !== undefined && id !== null))
}

async function isKeyInForce(db: Db, { tenantId, keyId, algorithm }: TokenClaims, at: number): Promise<boolean> {
  if (algorithm === 'RS256') return isSigningKeyInForce(db, tenantId, keyId, at)
  const { rows } = await selectKeysInForce(db, tenantId, at)
  return rows.some(({ key_hash }) => keyIdOf(key_hash) === keyId)
}

const selectKeysInForce = prepareQuery((db, tenantId: string, at: number) =>
  db
    .selectFrom('api_keys')
    .select('key_hash')
    .where('tenant_id', '=', tenantId)
    .where('kind', '=', 'secret')
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', at)])),
)
