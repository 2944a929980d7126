import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { bumpConfigVersion } from '../configuration/bump-config-version.ts'
import type { KeyCipher } from '../keys/api-keys.ts'
import { createSigningKeyPair } from '../keys/signing-key-pair.ts'
import { hasTenant } from '../storage/has-tenant.ts'
import type { Store } from '../storage/store.ts'
import { endSigningKey, insertSigningKey, lockSigningKeys } from './write-signing-key.ts'

export interface RotateSigningKeyDeps {
  store: Store
  cipher: KeyCipher
  clock: () => number
  newId: () => string
}

export interface RotatedSigningKey {
  keyId: string
  /** Milliseconds UTC. */
  signsFrom: number
  /** When the keys before it have ended. */
  oldKeysEndAt: number
}

/** Gateways keep the keys they have read for so long, two hours at AWS, and do not look for one that they do not know. */
const publishedAheadMs = 2 * 60 * 60 * 1000

/**
 * Makes a new signing key. It is published at once, signs after two hours or half the overlap, whichever is less, and the key that signed before is refused after
 * the overlap. An overlap of nothing, as after a leak, ends every other key at once with the access tokens that it signed; sessions go on with their next
 * refresh. `undefined`: there is no such tenant.
 */
export async function rotateSigningKey(
  deps: RotateSigningKeyDeps,
  { tenantId, overlapMs }: { tenantId: string; overlapMs: number },
  actor: Actor,
): Promise<RotatedSigningKey | undefined> {
  // Before the transaction, which would wait for it.
  const pair = await createSigningKeyPair()
  const at = deps.clock()
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    if (!(await hasTenant(db, tenantId))) return undefined
    const inForce = await lockSigningKeys(db, tenantId, at)
    const signing = inForce.findLast(({ signs_from }) => signs_from <= at)
    const endOf = new Map(
      inForce.map((key) => {
        // No token bears a key that has not begun to sign. Of those that have, the last one goes on until the new key has taken its place.
        const isPending = key.signs_from > at
        const end = key === signing ? at + overlapMs : isPending ? at : Math.min(key.expires_at ?? at, at + overlapMs)
        return [key.key_id, end]
      }),
    )
    for (const [keyId, end] of endOf) await endSigningKey(db, tenantId, keyId, end, at)
    const signsFrom = signing === undefined ? at : at + Math.min(publishedAheadMs, Math.floor(overlapMs / 2))
    await insertSigningKey(db, deps.cipher.keyring, tenantId, pair, { at, signsFrom })
    await bumpConfigVersion(db, tenantId)
    const details = { overlapMs, before: { keyIds: [...endOf.keys()] }, after: { keyId: pair.keyId } }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'signing_key.rotated', details })
    return { keyId: pair.keyId, signsFrom, oldKeysEndAt: Math.max(at, ...endOf.values()) }
  })
}
