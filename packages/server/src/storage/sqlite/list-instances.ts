import type { Instance } from '@sallyport/engine'
import type { InstanceFilter, ReadingStore } from '../reading-store.ts'

import type { GroupCommit } from './group-commit.ts'
import type { LoggedInstance } from './instance-log.ts'
import { CLOCK_TOLERANCE } from './place-of.ts'
import type { SqliteState } from './sqlite-state.ts'

/** Instances returned when the filter names no limit. */
const DEFAULT_LIMIT = 1000
/** Rows read before others get their turn. */
const ROWS_PER_TURN = 200

/** Lists a user's instances by walking their chain from the newest; long chains let others have their turn. */
export function createListInstances({ dictionary, entities, log }: SqliteState, commits: GroupCommit): ReadingStore['listInstances'] {
  return async (tenantId, userId, filter) => {
    const { limit = DEFAULT_LIMIT, fromDate = Number.NEGATIVE_INFINITY } = filter
    const found: Instance[] = []
    let next = await commits.read(() => {
      const tenantNo = dictionary.findNumber(tenantId)
      return tenantNo === undefined ? 0 : entities.loadOne(tenantNo, 'user', userId).head
    })
    while (next !== 0 && found.length < limit) {
      const rows = await commits.read(() => readChain(next))
      next = 0
      for (const { instance, previous } of rows) {
        if (matches(instance, filter)) found.push(instance)
        next = instance.createdAt < fromDate - CLOCK_TOLERANCE ? 0 : previous
        if (next === 0 || found.length === limit) return found
      }
    }
    return found
  }

  function readChain(from: number): LoggedInstance[] {
    const rows: LoggedInstance[] = []
    for (let seq = from; seq !== 0 && rows.length < ROWS_PER_TURN; ) {
      const row = log.findAt(seq)
      if (row === undefined) break
      rows.push(row)
      seq = row.previous
    }
    return rows
  }
}

function matches(instance: Instance, { fromDate, toDate, codes, state }: InstanceFilter): boolean {
  if (fromDate !== undefined && instance.createdAt < fromDate) return false
  if (toDate !== undefined && instance.createdAt > toDate) return false
  if (codes !== undefined && !codes.includes(instance.action)) return false
  return state === undefined || instance.state === state
}
