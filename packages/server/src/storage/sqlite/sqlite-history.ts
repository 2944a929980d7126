import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { PastInstance } from '@sallyport/engine'
import type { HistoryQuery, InstanceHistory } from '../instance-history.ts'
import { decodeInstance, decodePastInstance, type InstanceRow } from '../instance-row.ts'
import { membersOf } from '../json-cursor.ts'
import { openConnection } from './connection.ts'
import { createKysely } from './create-kysely.ts'
import { createDictionary } from './dictionary.ts'
import { CLOCK_TOLERANCE, placeOf } from './place-of.ts'
import { toStoreError } from './sqlite-errors.ts'
import { createUndoLog } from './undo-log.ts'

/** Places of the log read at once. So few are forgotten before the garbage collector finds them, and would copy them. */
const PLACES_PER_BATCH = 128

/** The columns in the order of the query. A list of them takes three quarters of the time of an object. */
type LogRow = [userId: string, actionNo: number, idempotencyKey: string, createdAt: number, body: string]

/**
 * Reads the instance log in its own order on a read-only connection. Each batch sees what was committed when it began.
 */
export function openSqliteHistory(path: string): InstanceHistory {
  const connection = inOurWords(() => openConnection(path, { readOnly: true, cacheKib: 4_000 }))
  const { database } = connection
  return {
    db: createKysely(async (query) => inOurWords(() => connection.execute(query))),
    async *read(query) {
      const { tenantNo, actionNos } = inOurWords(() => numbersOf(database, query))
      if (tenantNo === undefined || actionNos?.length === 0) return
      const decode = createDecoder(database, tenantNo, query)
      const first = inOurWords(() => placeOf(database, query.from - CLOCK_TOLERANCE))
      const last = inOurWords(() => placeOf(database, query.to + CLOCK_TOLERANCE)) - 1
      const statement = selectRows(database, actionNos)
      for (let place = first; place <= last; place += PLACES_PER_BATCH) {
        const end = Math.min(last, place + PLACES_PER_BATCH - 1)
        const rows = inOurWords(() => statement.all(place, end, tenantNo, query.from, query.to)) as unknown as LogRow[]
        yield { instances: rows.map(decode), done: (end - first + 1) / (last - first + 1) }
      }
    },
    async close() {
      connection.close()
    },
  }
}

function inOurWords<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw toStoreError(error)
  }
}

function selectRows(database: DatabaseSync, actionNos: readonly number[] | undefined): StatementSync {
  // Numbers of our own dictionary, never text from outside.
  const ofActions = actionNos === undefined ? '' : ` AND action_no IN (${actionNos.join(', ')})`
  const statement = database.prepare(
    `SELECT user_id, action_no, idempotency_key, created_at, body FROM instances
     WHERE seq BETWEEN ? AND ? AND tenant_no = ? AND created_at >= ? AND created_at < ?${ofActions} ORDER BY seq`,
  )
  statement.setReturnArrays(true)
  return statement
}

function numbersOf(database: DatabaseSync, { tenantId, actions }: HistoryQuery) {
  const { findNumber } = createDictionary(database, createUndoLog())
  return {
    tenantNo: findNumber(tenantId),
    actionNos: actions?.map(findNumber).filter((number) => number !== undefined),
  }
}

/** Reads rows with the dictionary as it was, and again when a row has a text that came into it since. */
function createDecoder(database: DatabaseSync, tenantNo: number, { signals, custom }: HistoryQuery): (row: LogRow) => PastInstance {
  let dictionary = createDictionary(database, createUndoLog())
  const members = custom && membersOf(custom)
  const decode = ([user_id, action_no, idempotency_key, created_at, body]: LogRow) => {
    const row: InstanceRow = { tenant_no: tenantNo, user_id, action_no, idempotency_key, created_at, body }
    return signals === undefined ? decodeInstance(row, dictionary) : decodePastInstance(row, dictionary, signals, members)
  }
  return (row) => {
    try {
      return decode(row)
    } catch {
      dictionary = createDictionary(database, createUndoLog())
      return decode(row)
    }
  }
}
