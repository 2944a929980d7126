import { decodeBody, encodeBody } from '../storage/instance-row.ts'
import { integerArray, textArray } from '../storage/postgres/array-parameter.ts'
import { repeatedTexts } from '../storage/postgres/instance-rows.ts'
import { execute } from '../storage/postgres/migrate-postgres.ts'
import type { SharedDictionary } from '../storage/postgres/shared-dictionary.ts'
import type { MovedRow } from './moved-row.ts'
import { toInstanceRow } from './source-instances.ts'
import { findTenantWithRows, ROWS_PER_TARGET_PAGE, type TargetTable, toRecords } from './target-table.ts'

const key = ['tenant_id', 'user_id', 'created_at', 'action', 'idempotency_key']
const keys = key.join(', ')
const columns = `${keys}, body`
const ofT = columns.replace(/\w+/g, 't.$&')
const given = 'json_populate_recordset(NULL::instances, $1::json)'
const isSame = (table: string, other = 'k') => key.map((column) => `${table}.${column} = ${other}.${column}`).join(' AND ')

const insert = `
  WITH given AS MATERIALIZED (
    SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::text[]) AS w (${columns})
  ), keys AS (
    INSERT INTO instance_keys (tenant_id, user_id, action, idempotency_key, created_at)
    SELECT tenant_id, user_id, action, idempotency_key, created_at FROM given ON CONFLICT DO NOTHING
  )
  INSERT INTO instances (${columns}) SELECT ${columns} FROM given ON CONFLICT (${keys}) DO UPDATE SET body = excluded.body`

interface Row {
  tenant_id: string
  user_id: string
  created_at: number
  action: string
  idempotency_key: string
  body: string
}

/**
 * Instances with their keys, written with the numbers of the target's dictionary. One without its key is read as if it were not there: a track would
 * decide it again.
 */
export function createTargetInstances(dictionary: SharedDictionary): TargetTable {
  function toRows(rows: readonly Row[]): Promise<MovedRow[]> {
    return dictionary.decode(() =>
      rows.map(({ tenant_id: tenantId, user_id: userId, created_at, action, idempotency_key: idempotencyKey, body }) =>
        toInstanceRow(decodeBody({ tenantId, userId, action, idempotencyKey }, created_at, body, dictionary)),
      ),
    )
  }

  return {
    name: 'instances',
    async put(run, rows) {
      const instances = rows.flatMap(({ instance }) => (instance === undefined ? [] : [instance]))
      if (instances.length === 0) return
      await dictionary.learn(instances.flatMap(repeatedTexts))
      await execute(run, insert, [
        textArray(instances.map(({ tenantId }) => tenantId)),
        textArray(instances.map(({ userId }) => userId)),
        integerArray(instances.map(({ createdAt }) => createdAt)),
        textArray(instances.map(({ action }) => action)),
        textArray(instances.map(({ idempotencyKey }) => idempotencyKey)),
        textArray(instances.map((instance) => encodeBody(instance, dictionary))),
      ])
    },
    async remove(run, gone) {
      if (gone.length === 0) return
      const records = toRecords(key, gone)
      await execute(run, `DELETE FROM instance_keys AS t USING ${given} AS k WHERE ${isSame('t')}`, [records])
      await execute(run, `DELETE FROM instances AS t USING ${given} AS k WHERE ${isSame('t')}`, [records])
    },
    async page(run, tenantId, after) {
      const condition = after === undefined ? '' : `AND (${keys}) > ($1, $2, $3, $4, $5)`
      const rows = await execute<Row>(
        run,
        `SELECT ${ofT}
         FROM (SELECT ${columns} FROM instances WHERE tenant_id = $1 ${condition} ORDER BY ${keys} LIMIT ${ROWS_PER_TARGET_PAGE}) AS t
         CROSS JOIN LATERAL (SELECT 1 FROM instance_keys AS i WHERE ${isSame('i', 't')} OFFSET 0) AS i
         ORDER BY ${ofT}`,
        after === undefined ? [tenantId] : key.map((column) => after.values[column]),
      )
      return toRows(rows)
    },
    async load(run, wanted) {
      if (wanted.length === 0) return []
      const rows = await execute<Row>(
        run,
        `SELECT ${ofT} FROM ${given} AS k JOIN instance_keys AS i ON ${isSame('i')} JOIN instances AS t ON ${isSame('t')}`,
        [toRecords(key, wanted)],
      )
      return toRows(rows)
    },
    async hasRowsOf(run, tenantIds) {
      return (await findTenantWithRows(run, 'instance_keys', tenantIds)) ?? findTenantWithRows(run, 'instances', tenantIds)
    },
    async removeTenant(run, tenantId) {
      await execute(run, 'DELETE FROM instance_keys WHERE tenant_id = $1', [tenantId])
      await execute(run, 'DELETE FROM instances WHERE tenant_id = $1', [tenantId])
    },
  }
}
