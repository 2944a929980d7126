import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry, serverChain } from '../audit/insert-audit-entry.ts'
import { type Counted, createRefusalRecord, type RefusalRecord, type RefusalRecordDeps } from '../audit/refusal-record.ts'
import { toIso } from '../http/iso-time.ts'
import { keyIdOf } from '../keys/api-keys.ts'
import type { Store } from '../storage/store.ts'

/** A request whose API key was refused. */
export interface RefusedKey {
  api: 'secret_key' | 'management_key'
  ipAddress: string
  /** `undefined`: it was no text that could be a key. */
  keyHash: string | undefined
  /** It came from a web page, where no key belongs (TN-04). */
  isFromBrowser: boolean
}

/** Puts wrong API keys on record, without letting anybody fill the store with them. */
export type RefusedKeys = RefusalRecord<RefusedKey>

export interface RefusedKeysDeps extends RefusalRecordDeps {
  store: Pick<Store, 'db' | 'transaction'>
  newId: () => string
}

/** Creates the record of refused keys. A key that is or was a tenant's is written to that tenant's audit log, any other to the server's. */
export function createRefusedKeys(deps: RefusedKeysDeps): RefusedKeys {
  return createRefusalRecord<RefusedKey>(deps, {
    noun: 'API keys',
    nameOf: ({ api, isFromBrowser, keyHash }) => `${api} ${isFromBrowser} ${keyHash}`,
    withoutDetail: (refused) => ({ ...refused, keyHash: undefined }),
    write: (refused, ipAddress, at) => writeEntries(deps, ipAddress, refused, at),
  })
}

async function writeEntries(deps: RefusedKeysDeps, ipAddress: string, refused: readonly Counted<RefusedKey>[], at: number): Promise<void> {
  const owned = await findOwners(deps, refused)
  const entries = refused.map((one) => describe(one, ipAddress, owned.get(one.keyHash ?? ''), at))
  for (const [tenantId, ofTenant] of Map.groupBy(entries, (entry) => entry.tenantId)) {
    await deps.store.transaction({ tenantId }, async ({ db }) => {
      for (const { details, actor } of merge(ofTenant)) {
        await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'api_key.refused', details })
      }
    })
  }
}

interface OwnedKey {
  tenant_id: string
  kind: 'secret' | 'management'
  expires_at: number | null
}

async function findOwners({ store }: RefusedKeysDeps, refused: readonly RefusedKey[]): Promise<Map<string, OwnedKey>> {
  const hashes = refused.flatMap(({ keyHash }) => keyHash ?? [])
  if (hashes.length === 0) return new Map()
  const rows = await store.db
    .selectFrom('api_keys')
    .where('key_hash', 'in', hashes)
    .select(['key_hash', 'tenant_id', 'kind', 'expires_at'])
    .execute()
  return new Map(rows.map((row) => [row.key_hash, row]))
}

interface RefusedEntry {
  tenantId: string
  actor: Actor
  details: { api: RefusedKey['api']; reason: 'unknown' | 'ended' | 'other_api' | 'sent_by_browser'; count: number; since: string }
}

/** The id of a key that is nobody's is not kept: it may be a password that somebody typed. */
function describe(
  { api, keyHash, isFromBrowser, count, since }: Counted<RefusedKey>,
  ipAddress: string,
  owned: OwnedKey | undefined,
  at: number,
): RefusedEntry {
  const about = (reason: RefusedEntry['details']['reason']) => ({
    api,
    reason: isFromBrowser ? 'sent_by_browser' : reason,
    count,
    since: toIso(since),
  })
  if (owned === undefined || keyHash === undefined) {
    return { tenantId: serverChain, actor: { kind: 'system', name: 'unknown key', ipAddress }, details: about('unknown') }
  }
  const keyId = keyIdOf(keyHash)
  const isEnded = owned.expires_at !== null && owned.expires_at <= at
  const actor: Actor = { kind: `${owned.kind}_key`, id: keyId, keyId, ipAddress }
  return { tenantId: owned.tenant_id, actor, details: about(isEnded ? 'ended' : 'other_api') }
}

/** One line for all that differ in nothing but the key nobody knows. */
function merge(entries: readonly RefusedEntry[]): RefusedEntry[] {
  const merged = new Map<string, RefusedEntry>()
  for (const entry of entries) {
    const name = JSON.stringify([entry.actor.id, entry.details.api, entry.details.reason])
    const known = merged.get(name)
    if (known === undefined) merged.set(name, entry)
    else known.details.count += entry.details.count
  }
  return [...merged.values()]
}
