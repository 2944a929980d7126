import type { Instance } from '@sallyport/engine'
import type { InstanceKey } from '../instance-key.ts'
import { decodeBody, encodeBody } from '../instance-row.ts'
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
