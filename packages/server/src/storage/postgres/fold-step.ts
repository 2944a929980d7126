import type { Run, Statement } from './connections.ts'
import { type ChangedInstance, foldInstances } from './fold-instances.ts'
import type { SharedDictionary } from './shared-dictionary.ts'

/** Instances that one step folds, more or less: what one statement noted is not taken apart. */
export const INSTANCES_PER_STEP = 400
/** Instances that are read and written together. */
const INSTANCES_AT_ONCE = 200

// Made when it is first taken, so that it is never missing.
const lock: Statement = {
  name: 'lock_read_side',
  text: `INSERT INTO read_side AS r (id, place) VALUES (1, '') ON CONFLICT (id) DO UPDATE SET id = 1 RETURNING place`,
}
const takeChanges: Statement = {
  name: 'take_changes',
  text: `
    WITH first AS MATERIALIZED (
      SELECT ctid, cardinality(user_ids) AS size FROM instance_changes WHERE ctid >= $1::tid LIMIT 64
    ), summed AS (
      SELECT ctid, sum(size) OVER (ORDER BY ctid) - size AS before FROM first
    ), taken AS (
      DELETE FROM instance_changes WHERE ctid = ANY (ARRAY(SELECT ctid FROM summed WHERE before < $2))
      RETURNING tenant_id, user_ids, created_ats, actions, idempotency_keys
    )
    SELECT t.tenant_id, w.* FROM taken AS t
    CROSS JOIN unnest(t.user_ids, t.created_ats, t.actions, t.idempotency_keys) AS w (user_id, created_at, action, idempotency_key)`,
}
const takeChangesOfUser: Statement = {
  name: 'take_changes_of_user',
  text: `
    WITH taken AS (
      DELETE FROM instance_changes WHERE tenant_id = $1 AND $2 = ANY (user_ids)
      RETURNING tenant_id, user_ids, created_ats, actions, idempotency_keys
    )
    SELECT t.tenant_id, w.* FROM taken AS t
    CROSS JOIN unnest(t.user_ids, t.created_ats, t.actions, t.idempotency_keys) AS w (user_id, created_at, action, idempotency_key)`,
}
const selectNext: Statement = {
  name: 'select_next_to_fold',
  text: `SELECT tenant_id, user_id, created_at, action, idempotency_key FROM instances
    WHERE (tenant_id, user_id, created_at, action, idempotency_key) > ($1, $2, $3, $4, $5)
    ORDER BY tenant_id, user_id, created_at, action, idempotency_key LIMIT ${INSTANCES_PER_STEP}`,
}
const selectPrevious: Statement = {
  name: 'select_previous_folded',
  text: `SELECT tenant_id, user_id, created_at, action, idempotency_key FROM instances WHERE (tenant_id, user_id) < ($1, $2)
    ORDER BY tenant_id DESC, user_id DESC, created_at DESC, action DESC, idempotency_key DESC LIMIT 1`,
}
const savePlace: Statement = { name: 'save_read_side_place', text: 'UPDATE read_side SET place = $1 WHERE id = 1' }

/** The place of a walk that has come to its end. */
const walked = 'done'

interface KeyRow {
  tenant_id: string
  user_id: string
  created_at: number
  action: string
  idempotency_key: string
}

/**
 * Until the end of the transaction, nobody else changes the read side. Whoever holds it sees all that others did to it, so an instance is never counted
 * twice, whoever folds. Returns how far the walk through earlier instances has come.
 */
export async function lockReadSide(run: Run): Promise<string> {
  const { rows } = await run<{ place: string }>(lock, [])
  return rows[0]?.place ?? ''
}

/**
 * Folds some changes, `atMost` more or less of those that were noted from a place of their table on, and returns how many instances it were. 0: there are none. What is taken is gone
 * with the commit that has the entries and counts, or it is there again.
 */
export async function foldChanges(
  run: Run,
  dictionary: SharedDictionary,
  { from = '(0,0)', atMost = INSTANCES_PER_STEP }: { from?: string; atMost?: number } = {},
): Promise<number> {
  await lockReadSide(run)
  return foldAll(run, dictionary, (await run<KeyRow>(takeChanges, [from, atMost])).rows)
}

/** Folds what is noted of a user, within a transaction that holds the user, so that nothing of an erased one is left. */
export async function foldUser(run: Run, dictionary: SharedDictionary, tenantId: string, userId: string): Promise<void> {
  await stepBackFrom(run, tenantId, userId)
  await foldAll(run, dictionary, (await run<KeyRow>(takeChangesOfUser, [tenantId, userId])).rows)
}

/** Takes the read side. A place of the walk that names the erased user, or any of an erased tenant, becomes the one of the instance before: no trace is left. */
export async function stepBackFrom(run: Run, tenantId: string, userId?: string): Promise<void> {
  const place = await lockReadSide(run)
  if (place === '' || place === walked) return
  const [ofTenant, ofUser] = JSON.parse(place) as [string, string]
  if (ofTenant !== tenantId || (userId !== undefined && ofUser !== userId)) return
  const [previous] = (await run<KeyRow>(selectPrevious, [tenantId, userId ?? ''])).rows
  await run(savePlace, [previous === undefined ? '' : toPlace(previous)])
}

/**
 * Folds the next of all instances, in the order of their keys, and remembers the place: those from before there was a read side. Some may be folded already,
 * which changes nothing. Returns how many it were. 0: all are.
 */
export async function foldNext(run: Run, dictionary: SharedDictionary): Promise<number> {
  const place = await lockReadSide(run)
  if (place === walked) return 0
  const { rows } = await run<KeyRow>(selectNext, place === '' ? ['', '', Number.MIN_SAFE_INTEGER, '', ''] : JSON.parse(place))
  await foldAll(run, dictionary, rows)
  const last = rows.at(-1)
  await run(savePlace, [last === undefined ? walked : toPlace(last)])
  return rows.length
}

function toPlace({ tenant_id, user_id, created_at, action, idempotency_key }: KeyRow): string {
  return JSON.stringify([tenant_id, user_id, created_at, action, idempotency_key])
}

async function foldAll(run: Run, dictionary: SharedDictionary, rows: readonly KeyRow[]): Promise<number> {
  const changed = rows.map(
    ({ tenant_id, user_id, created_at, action, idempotency_key }): ChangedInstance => ({
      tenantId: tenant_id,
      userId: user_id,
      createdAt: created_at,
      action,
      idempotencyKey: idempotency_key,
    }),
  )
  for (let at = 0; at < changed.length; at += INSTANCES_AT_ONCE) {
    await foldInstances(run, dictionary, changed.slice(at, at + INSTANCES_AT_ONCE))
    // Others have their turn on this thread.
    await new Promise(setImmediate)
  }
  return changed.length
}
