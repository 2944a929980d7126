import type { DatabaseSync } from 'node:sqlite'
import type { Instance } from '@sallyport/engine'
import { decodeInstance, type InstanceRow } from '../storage/instance-row.ts'
import type { Dictionary } from '../storage/sqlite/dictionary.ts'
import type { MovedRow } from './moved-row.ts'
import { type IsMoved, iterate, type SourceTable, takePage } from './source-table.ts'

type LogRow = InstanceRow & { seq: number }
type ChangedKey = [seq: number, tenantNo: number, userId: string, actionNo: number, idempotencyKey: string, createdAt: number]

/** The instance log, in its own order: what is new is at its end. */
export function createSourceInstances(database: DatabaseSync, dictionary: () => Dictionary, isMoved: IsMoved): SourceTable {
  const select = 'SELECT seq, tenant_no, user_id, action_no, idempotency_key, created_at, body FROM instances'
  const selectNext = database.prepare(`${select} WHERE seq > ? ORDER BY seq`)
  const selectOne = database.prepare(`${select} WHERE seq = ?`)

  function read(row: LogRow): MovedRow[] {
    const texts = dictionary()
    return isMoved(texts.toText(row.tenant_no)) ? [toInstanceRow(decodeInstance(row, texts))] : []
  }

  return {
    name: 'instances',
    page(after) {
      const { taken, isLast } = takePage(iterate(selectNext, [after === '' ? 0 : Number(after)]))
      const rows = taken as unknown as LogRow[]
      const last = rows.at(-1)
      return { rows: rows.flatMap(read), place: last === undefined ? after : String(last.seq), isLast }
    },
    current(changedKeys) {
      const keys = new Map(changedKeys.map((text) => JSON.parse(text) as ChangedKey).map((key) => [key[0], key]))
      const rows: MovedRow[] = []
      const gone: string[] = []
      for (const [seq, [, tenantNo, userId, actionNo, idempotencyKey, createdAt]] of keys) {
        const row = selectOne.get(seq) as unknown as LogRow | undefined
        const [tenantId, action] = [dictionary().toText(tenantNo), dictionary().toText(actionNo)]
        if (row !== undefined) rows.push(...read(row))
        else if (isMoved(tenantId)) gone.push(keyOf(tenantId, userId, createdAt, action, idempotencyKey))
      }
      return { rows, gone }
    },
  }
}

/** An instance as it is moved. */
export function toInstanceRow(instance: Instance): MovedRow {
  const { tenantId, userId, createdAt, action, idempotencyKey } = instance
  return {
    tenantId,
    key: keyOf(tenantId, userId, createdAt, action, idempotencyKey),
    text: JSON.stringify(instance),
    values: { tenant_id: tenantId, user_id: userId, created_at: createdAt, action, idempotency_key: idempotencyKey },
    instance,
  }
}

function keyOf(tenantId: string, userId: string, createdAt: number, action: string, idempotencyKey: string): string {
  return JSON.stringify([tenantId, userId, createdAt, action, idempotencyKey])
}
