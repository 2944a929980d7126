import type { DatabaseSync } from 'node:sqlite'
import type { Dictionary } from '../storage/sqlite/dictionary.ts'
import type { MovedRow } from './moved-row.ts'
import { type IsMoved, iterate, type SourceTable, takePage, toRow } from './source-table.ts'
import type { TableShape } from './table-shapes.ts'

/** The columns of entities that are compared in the target: it draws its own versions. */
export const entityShape: TableShape = {
  name: 'entities',
  columns: ['tenant_id', 'entity_key', 'kind', 'body'],
  key: ['tenant_id', 'entity_key', 'kind'],
}

/** The entities of users, devices and addresses, as far as they are written behind. */
export function createSourceEntities(database: DatabaseSync, dictionary: () => Dictionary, isMoved: IsMoved): SourceTable {
  const selectNext = database.prepare('SELECT id, name, body FROM entities WHERE id > ? ORDER BY id')
  const selectOne = database.prepare('SELECT body FROM entities WHERE id = ? AND name = ?')

  /** `undefined`: of a tenant that stays. */
  function read(name: string, body: string | null): MovedRow | undefined {
    const [, tenantNo, kindLength, rest = ''] = /^(\d+):(\d+):(.*)$/s.exec(name) ?? []
    if (tenantNo === undefined) throw new Error(`the store has an entity that is called \`${name}\`: the database is damaged`)
    const tenantId = dictionary().toText(Number(tenantNo))
    if (!isMoved(tenantId)) return undefined
    const length = Number(kindLength)
    return toRow(entityShape, { tenant_id: tenantId, entity_key: rest.slice(length), kind: rest.slice(0, length), body })
  }

  return {
    name: 'entities',
    page(after) {
      const { taken, isLast } = takePage(iterate(selectNext, [after === '' ? 0 : Number(after)]))
      const rows = taken.flatMap(({ name, body }) => {
        const row = body === null ? undefined : read(String(name), String(body))
        return row === undefined ? [] : [row]
      })
      return { rows, place: taken.length === 0 ? after : String(taken.at(-1)?.id), isLast }
    },
    current(changedKeys) {
      const rows = new Map<string, MovedRow>()
      const gone = new Set<string>()
      for (const text of new Set(changedKeys)) {
        const [id = 0, name = ''] = JSON.parse(text) as [number, string]
        const found = selectOne.get(id, name) as { body: string | null } | undefined
        const row = read(name, found?.body ?? null)
        // One that went may have come again under another number.
        if (found?.body != null && row !== undefined) rows.set(row.key, row)
        else if (row !== undefined) gone.add(row.key)
      }
      return { rows: [...rows.values()], gone: [...gone].filter((key) => !rows.has(key)) }
    },
  }
}
