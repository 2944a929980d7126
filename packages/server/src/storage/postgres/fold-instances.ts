import type { Instance } from '@sallyport/engine'
import type { InstanceKey } from '../instance-key.ts'
import { decodeBody, outcomes, states } from '../instance-row.ts'
import { type EntryUser, type IndexEntry, toIndexEntry } from '../search/index-entry.ts'
import { type CountedEntry, rollUpDelta } from '../search/roll-up-delta.ts'
import { addToRollUps, type RollUpChange } from './add-to-roll-ups.ts'
import { integerArray, textArray } from './array-parameter.ts'
import type { Run, Statement } from './connections.ts'
import type { SharedDictionary } from './shared-dictionary.ts'
import { storableKey } from './storable-key.ts'
import { toLexeme } from './words-of-tenant.ts'

/** An instance that may have changed, with its time, which says in which month it is. */
export interface ChangedInstance extends InstanceKey {
  createdAt: number
}

/** The arrays that name instances in a statement: `$1` to `$5`. */
const given = 'unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[])'
const givenColumns = 'tenant_id, user_id, created_at, action, idempotency_key'
/** By `event_index_by_time`. */
export const isEntryOf = (entry: string, other: string) =>
  `(${entry}.tenant_id || '') = ${other}.tenant_id AND ${['created_at', 'user_id', 'action', 'idempotency_key'].map((column) => `${entry}.${column} = ${other}.${column}`).join(' AND ')}`

const read: Statement = {
  name: 'read_to_fold',
  text: `
    SELECT w.n, i.body, u.email, u.username, u.display_name, e.state, e.outcome, e.rule_ids, e.undetermined_rule_ids, e.shadow_rule_ids, e.country, e.label
    FROM ${given} WITH ORDINALITY AS w (${givenColumns}, n)
    LEFT JOIN LATERAL (
      SELECT body FROM instances
      WHERE tenant_id = w.tenant_id AND user_id = w.user_id AND created_at = w.created_at AND action = w.action AND idempotency_key = w.idempotency_key
      OFFSET 0) AS i ON true
    LEFT JOIN LATERAL (
      SELECT email, username, display_name FROM users WHERE tenant_id = w.tenant_id AND user_id = w.user_id OFFSET 0) AS u ON true
    LEFT JOIN LATERAL (
      SELECT state, outcome, rule_ids, undetermined_rule_ids, shadow_rule_ids, country, label FROM event_index AS x
      WHERE ${isEntryOf('x', 'w')} OFFSET 0) AS e ON true`,
}

interface ReadRow {
  n: number
  body: string | null
  email: string | null
  username: string | null
  display_name: string | null
  /** `null`: there is no entry. */
  state: number | null
  outcome: number
  rule_ids: string[] | null
  undetermined_rule_ids: string[] | null
  shadow_rule_ids: string[] | null
  country: string | null
  label: IndexEntry['label']
}

// Lists of texts come in one text each, with a line for each of them.
const values = `
      w.state, w.outcome, w.is_disputed, w.label, w.country, w.address, w.device_id, string_to_array(w.rule_ids, E'\\n'),
      string_to_array(w.undetermined_rule_ids, E'\\n'), string_to_array(w.shadow_rule_ids, E'\\n'),
      array_to_tsvector(string_to_array(w.words, E'\\n'))`
const columns = 'state, outcome, is_disputed, label, country, address, device_id, rule_ids, undetermined_rule_ids, shadow_rule_ids, words'
const withValues = `unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::int8[], $7::int8[], $8::int8[], $9::text[], $10::text[],
      $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[]) AS w (${givenColumns}, ${columns})`
const insert: Statement = {
  name: 'insert_entries',
  text: `INSERT INTO event_index (${givenColumns}, ${columns}) SELECT ${givenColumns}, ${values} FROM ${withValues}`,
}
const update: Statement = {
  name: 'update_entries',
  text: `UPDATE event_index AS e SET (${columns}) = ROW (${values}) FROM ${withValues} WHERE ${isEntryOf('e', 'w')}`,
}
const remove: Statement = {
  name: 'delete_entries',
  text: `DELETE FROM event_index AS e USING ${given} AS w (${givenColumns}) WHERE ${isEntryOf('e', 'w')}`,
}

/**
 * Makes the entries of some instances, and what they are counted as, what the instances are now. Whatever happened to them meanwhile, an entry takes back
 * what it was counted as before. Within a transaction that holds the read side (`lockReadSide`).
 */
export async function foldInstances(run: Run, dictionary: SharedDictionary, changed: readonly ChangedInstance[]): Promise<void> {
  const distinct = [...new Map(changed.map((key) => [nameOf(key), key])).values()]
  if (distinct.length === 0) return
  const { rows } = await run<ReadRow>(read, keyArrays(distinct))
  const now = await dictionary.decode(() => rows.map((row) => decode(distinct[row.n - 1], row, dictionary)))
  const [inserted, updated, removed]: [Entry[], Entry[], ChangedInstance[]] = [[], [], []]
  const changes: RollUpChange[] = []
  for (const [index, row] of rows.entries()) {
    const key = distinct[row.n - 1] as ChangedInstance
    const entry = now[index]
    const before = countedAs(key, row)
    if (entry === undefined && before === undefined) continue
    if (entry === undefined) removed.push(key)
    else if (before === undefined) inserted.push({ key, entry })
    else updated.push({ key, entry })
    for (const bucket of ['hour', 'day'] as const) changes.push({ tenantId: key.tenantId, bucket, ...rollUpDelta(before, entry, bucket) })
  }
  if (inserted.length > 0) await run(insert, entryArrays(inserted, dictionary))
  if (updated.length > 0) await run(update, entryArrays(updated, dictionary))
  if (removed.length > 0) await run(remove, keyArrays(removed))
  await addToRollUps(run, changes)
}

interface Entry {
  key: ChangedInstance
  entry: IndexEntry
}

function nameOf({ tenantId, userId, createdAt, action, idempotencyKey }: ChangedInstance): string {
  return JSON.stringify([tenantId, createdAt, userId, action, idempotencyKey])
}

function decode(key: ChangedInstance | undefined, row: ReadRow, dictionary: SharedDictionary): IndexEntry | undefined {
  if (key === undefined || row.body === null) return undefined
  const instance: Instance = decodeBody(key, key.createdAt, row.body, dictionary)
  const user: EntryUser = { email: row.email, username: row.username, displayName: row.display_name }
  return toIndexEntry(instance, user)
}

function countedAs({ action, createdAt }: ChangedInstance, row: ReadRow): CountedEntry | undefined {
  if (row.state === null) return undefined
  const [state, outcome] = [states[row.state], outcomes[row.outcome]]
  if (state === undefined || outcome === undefined) throw new Error('an entry holds a state or an outcome that a newer release wrote')
  return {
    action,
    at: createdAt,
    outcome,
    state,
    ruleIds: row.rule_ids ?? [],
    undeterminedRuleIds: row.undetermined_rule_ids ?? [],
    shadowRuleIds: row.shadow_rule_ids ?? [],
    country: row.country,
    label: row.label,
  }
}

function keyArrays(keys: readonly ChangedInstance[]): Buffer[] {
  return [
    textArray(keys.map(({ tenantId }) => tenantId)),
    textArray(keys.map(({ userId }) => userId)),
    integerArray(keys.map(({ createdAt }) => createdAt)),
    textArray(keys.map(({ action }) => action)),
    textArray(keys.map(({ idempotencyKey }) => idempotencyKey)),
  ]
}

function entryArrays(entries: readonly Entry[], dictionary: SharedDictionary): Buffer[] {
  const texts = (of: (entry: IndexEntry) => string | null) => textArray(entries.map(({ entry }) => of(entry)))
  const integers = (of: (entry: IndexEntry) => number) => integerArray(entries.map(({ entry }) => of(entry)))
  const lines = (list: readonly string[]) => (list.length === 0 ? null : list.join('\n'))
  return [
    ...keyArrays(entries.map(({ key }) => key)),
    integers(({ state }) => states.indexOf(state)),
    integers(({ outcome }) => outcomes.indexOf(outcome)),
    integers(({ isDisputed }) => Number(isDisputed)),
    texts(({ label }) => label),
    texts(({ country }) => country),
    texts(({ address }) => address),
    texts(({ deviceId }) => (deviceId === null ? null : storableKey(deviceId))),
    texts(({ ruleIds }) => lines(ruleIds)),
    texts(({ undeterminedRuleIds }) => lines(undeterminedRuleIds)),
    texts(({ shadowRuleIds }) => lines(shadowRuleIds)),
    texts(({ tenantId, words }) => words.map((word) => toLexeme(dictionary.toNumber(tenantId), word)).join('\n')),
  ]
}
