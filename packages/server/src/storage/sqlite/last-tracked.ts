import type { DatabaseSync } from 'node:sqlite'
import { type ReadingStore, recentInstances } from '../reading-store.ts'
import type { GroupCommit } from './group-commit.ts'
import type { SqliteState } from './sqlite-state.ts'

/** Looks at the end of the log, whatever its length. */
export function createLastTracked(
  database: DatabaseSync,
  { dictionary, log }: SqliteState,
  commits: GroupCommit,
): ReadingStore['lastTracked'] {
  const select = database.prepare(
    'SELECT action_no, MAX(created_at) AS at FROM instances WHERE seq > ? AND tenant_no = ? GROUP BY action_no ORDER BY action_no',
  )
  return (tenantId) =>
    commits.read(() => {
      const tenantNo = dictionary.findNumber(tenantId)
      if (tenantNo === undefined) return new Map()
      const rows = select.all(log.lastSeq - recentInstances, tenantNo) as unknown as { action_no: number; at: number }[]
      return new Map(rows.map(({ action_no, at }) => [dictionary.toText(action_no), at]))
    })
}
