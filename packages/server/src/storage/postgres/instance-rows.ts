import type { Instance } from '@sallyport/engine'
import type { InstanceKey } from '../instance-key.ts'
import { decodeBody, encodeBody } from '../instance-row.ts'
import type { InstanceFilter } from '../reading-store.ts'
import { textArray } from './array-parameter.ts'
import type { Run, Statement } from './connections.ts'
import type { SharedDictionary } from './shared-dictionary.ts'

// The key says in which month the instance is, so that one partition is looked into.
const select: Statement = {
  name: 'select_instance',
  text: `
    SELECT i.created_at, i.body
    FROM instance_keys AS k
    CROSS JOIN LATERAL (
      SELECT created_at, body FROM instances
      WHERE tenant_id = $1 AND user_id = $2 AND created_at = k.created_at AND action = $3 AND idempotency_key = $4 OFFSET 0) AS i
    WHERE k.tenant_id = $1 AND k.user_id = $2 AND k.action = $3 AND k.idempotency_key = $4`,
}
const update: Statement = {
  name: 'update_instance',
  text: `UPDATE instances SET body = $6
    WHERE tenant_id = $1 AND user_id = $2 AND created_at = $3 AND action = $4 AND idempotency_key = $5`,
}
const selectPage: Statement = {
  name: 'select_instances',
  text: `
    SELECT created_at, action, idempotency_key, body FROM instances
    WHERE tenant_id = $1 AND user_id = $2 AND created_at >= $3 AND created_at <= $4
      AND (created_at, action, idempotency_key) < ($4, $5, $6) AND ($7::text[] IS NULL OR action = ANY ($7))
    ORDER BY created_at DESC, action DESC, idempotency_key DESC LIMIT $8`,
}

/** Instances returned when the filter names no limit. */
const DEFAULT_LIMIT = 1000
/** Rows read at once when not all of them are wanted. */
const ROWS_PER_PAGE = 500

export async function findInstance(run: Run, dictionary: SharedDictionary, key: InstanceKey): Promise<Instance | undefined> {
  const { rows } = await run<{ created_at: number; body: string }>(select, [key.tenantId, key.userId, key.action, key.idempotencyKey])
  const [row] = rows
  return row && dictionary.decode(() => decodeBody(key, row.created_at, row.body, dictionary))
}

/** The instance without its key and time, as it is stored. */
export async function encodeForStoring(dictionary: SharedDictionary, instance: Instance): Promise<string> {
  await dictionary.learn(repeatedTexts(instance))
  return encodeBody(instance, dictionary)
}

/** The texts that get a number. The action is looked for by it when many instances are read. */
export function repeatedTexts(instance: Instance): string[] {
  const { tenantId, action, dataVersion, ruleIds, undeterminedRuleIds, shadowRuleIds } = instance
  return [tenantId, action, dataVersion, ...ruleIds, ...undeterminedRuleIds, ...shadowRuleIds]
}

export async function replaceInstance(run: Run, dictionary: SharedDictionary, instance: Instance): Promise<void> {
  const { tenantId, userId, createdAt, action, idempotencyKey } = instance
  const body = await encodeForStoring(dictionary, instance)
  const { rowCount } = await run(update, [tenantId, userId, createdAt, action, idempotencyKey, body])
  if (rowCount !== 1) throw new Error('the instance to change is not there')
}

/** A user's instances, newest first. */
export async function listInstances(
  run: Run,
  dictionary: SharedDictionary,
  tenantId: string,
  userId: string,
  { fromDate = Number.MIN_SAFE_INTEGER, codes, state, limit = DEFAULT_LIMIT }: InstanceFilter,
): Promise<Instance[]> {
  const found: Instance[] = []
  if (codes?.length === 0) return found
  const actions = codes === undefined ? null : textArray(codes)
  const pageSize = state === undefined ? limit : ROWS_PER_PAGE
  let before: [createdAt: number, action: string, idempotencyKey: string] = [Number.MAX_SAFE_INTEGER, '', '']
  while (found.length < limit) {
    const { rows } = await run<InstanceRow>(selectPage, [tenantId, userId, Math.ceil(fromDate), ...before, actions, pageSize])
    const instances = await dictionary.decode(() =>
      rows.map(({ action, idempotency_key: idempotencyKey, created_at, body }) =>
        decodeBody({ tenantId, userId, action, idempotencyKey }, created_at, body, dictionary),
      ),
    )
    found.push(...instances.filter((instance) => state === undefined || instance.state === state).slice(0, limit - found.length))
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageSize) break
    before = [last.created_at, last.action, last.idempotency_key]
  }
  return found
}

interface InstanceRow {
  created_at: number
  action: string
  idempotency_key: string
  body: string
}
