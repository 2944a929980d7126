import { randomUUID } from 'node:crypto'
import { prepareQuery } from '../storage/prepare-query.ts'
import type { Db } from '../storage/store.ts'
import { type Actor, systemActor } from './actor.ts'
import { entryHash, firstHash, personalDigest } from './chain-hash.ts'

export interface AuditEntry {
  tenantId: string
  /** Milliseconds UTC. */
  at: number
  actor: Actor
  /** What happened, in the names of the webhooks: `authenticator.created`, `user.updated` … */
  event: string
  /** The user whom it concerns. */
  userId?: string
  /** Never a secret, a code, a token or a key. */
  details?: Record<string, unknown>
}

/** The tenant of entries that concern the server and no tenant. No tenant can have this id. */
export const serverChain = '*'

/** The first entry of a chain that begins among entries of earlier releases. */
export const chainBegan = 'audit.chain_began'

/**
 * Puts one change on record (EN-06, LG-01), as the next link of the tenant's chain. Called in the transaction that makes the change, so that neither
 * exists without the other, and last in it: until the commit, no other entry of the tenant is written. `id` is a random UUID.
 */
export async function insertAuditEntry(db: Db, id: string, entry: AuditEntry): Promise<void> {
  const { tenantId, at, actor, event, userId, details = {} } = entry
  const { sequence, hash } = (await takeNext(db, tenantId)) ?? (await beginChain(db, entry))
  const salt = randomUUID()
  const row = {
    tenant_id: tenantId,
    audit_id: inOrder(id, at),
    at,
    actor: actor.kind,
    actor_id: actor.id ?? null,
    actor_name: actor.name ?? null,
    actor_key_id: actor.keyId ?? null,
    event,
    user_id: userId ?? null,
    ip_address: actor.ipAddress ?? null,
    sequence,
    previous_hash: hash,
  }
  const personal_digest = personalDigest(row, details, salt)
  await insertRow(
    db,
    tenantId,
    row.audit_id,
    at,
    row.actor,
    row.actor_id,
    row.actor_name,
    row.actor_key_id,
    event,
    row.user_id,
    row.ip_address,
    JSON.stringify(details),
    sequence,
    hash,
    personal_digest,
    salt,
  )
  await setHash(db, entryHash({ ...row, personal_digest }), tenantId)
}

/** Where a new entry goes. */
interface Place {
  sequence: number
  /** Hash of the entry before. */
  hash: string
}

async function takeNext(db: Db, tenantId: string): Promise<Place | undefined> {
  const { rows } = await advance(db, tenantId)
  return rows[0]
}

/** Begins the tenant's chain. Entries of earlier releases are no part of it: its first entry says how many they are. */
async function beginChain(db: Db, { tenantId, at }: AuditEntry): Promise<Place> {
  const found = await db
    .selectFrom('audit_log')
    .where('tenant_id', '=', tenantId)
    .where('sequence', 'is', null)
    .select((select) => select.fn.countAll<number>().as('entries'))
    .executeTakeFirstOrThrow()
  const unchained = Number(found.entries)
  const inserted = await db
    .insertInto('audit_chains')
    .values({ tenant_id: tenantId, began_at: at, unchained, sequence: 0, hash: firstHash, erased_through: 0, erased_hash: firstHash })
    .onConflict((conflict) => conflict.column('tenant_id').doNothing())
    .executeTakeFirst()
  // Another process may have begun it meanwhile.
  if (inserted.numInsertedOrUpdatedRows === 1n && unchained > 0) {
    await insertAuditEntry(db, randomUUID(), { tenantId, at, actor: systemActor('upgrade'), event: chainBegan, details: { unchained } })
  }
  const place = await takeNext(db, tenantId)
  if (place === undefined) throw new Error('the chain of the audit log that was just begun is not there')
  return place
}

/** The same as version 7 (RFC 9562, "UUID Version 7"), so that entries of one time lie side by side in the store's index. */
function inOrder(uuid: string, at: number): string {
  const time = at.toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${uuid.slice(15)}`
}

/** Locks the end of the chain until the transaction ends. Answers with the new place, and the hash as it was. */
const advance = prepareQuery((db, tenant_id: string) =>
  db
    .updateTable('audit_chains')
    .set((set) => ({ sequence: set('sequence', '+', set.lit(1)) }))
    .where('tenant_id', '=', tenant_id)
    .returning(['sequence', 'hash']),
)

const setHash = prepareQuery((db, hash: string, tenant_id: string) =>
  db.updateTable('audit_chains').set({ hash }).where('tenant_id', '=', tenant_id),
)

const insertRow = prepareQuery(
  (
    db,
    tenant_id: string,
    audit_id: string,
    at: number,
    actor: Actor['kind'],
    actor_id: string | null,
    actor_name: string | null,
    actor_key_id: string | null,
    event: string,
    user_id: string | null,
    ip_address: string | null,
    details: string,
    sequence: number,
    previous_hash: string,
    personal_digest: string,
    salt: string,
  ) =>
    db.insertInto('audit_log').values({
      tenant_id,
      audit_id,
      at,
      actor,
      actor_id,
      actor_name,
      actor_key_id,
      event,
      user_id,
      ip_address,
      details,
      sequence,
      previous_hash,
      personal_digest,
      salt,
    }),
)
