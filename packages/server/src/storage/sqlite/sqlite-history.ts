import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { PastInstance } from '@sallyport/engine'
import type { HistoryQuery, InstanceHistory } from '../instance-history.ts'
import { decodeInstance, decodePastInstance, type InstanceRow } from '../instance-row.ts'
import { openConnection } from './connection.ts'
import { createKysely } from './create-kysely.ts'
import { createDictionary } from './dictionary.ts'
import { CLOCK_TOLERANCE, placeOf } from './place-of.ts'
import { toStoreError } from './sqlite-errors.ts'
import { createUndoLog } from './undo-log.ts'

/** Places of the log read at once: a few milliseconds, in which the write-ahead log cannot be emptied. */
const PLACES_PER_BATCH = 2048

/**
 * Reads the instance log in its own order on a read-only connection. Each batch sees what was committed when it began.
 */
export function openSqliteHistory(path: string): InstanceHistory {
  const connection = inOurWords(() => openConnection(path, { readOnly: true, cacheKib: 4_000 }))
  const { database } = connection
  return {
    db: createKysely(async (query) => inOurWords(() => connection.execute(query))),
    async *read(query) {
      const decode = createDecoder(database, query.signals)
      const { tenantNo, actionNos } = inOurWords(() => numbersOf(database, query))
      if (tenantNo === undefined || actionNos?.length === 0) return
      const first = inOurWords(() => placeOf(database, query.from - CLOCK_TOLERANCE))
      const last = inOurWords(() => placeOf(database, query.to + CLOCK_TOLERANCE)) - 1
      const statement = selectRows(database, actionNos)
      for (let place = first; place <= last; place += PLACES_PER_BATCH) {
        const end = Math.min(last, place + PLACES_PER_BATCH - 1)
        const rows = inOurWords(() => statement.all(place, end, tenantNo, query.from, query.to)) as unknown as InstanceRow[]
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
  return database.prepare(
    `SELECT tenant_no, user_id, action_no, idempotency_key, created_at, body FROM instances
     WHERE seq BETWEEN ? AND ? AND tenant_no = ? AND created_at >= ? AND created_at < ?${ofActions} ORDER BY seq`,
  )
}

function numbersOf(database: DatabaseSync, { tenantId, actions }: HistoryQuery) {
  const { findNumber } = createDictionary(database, createUndoLog())
  return {
    tenantNo: findNumber(tenantId),
    actionNos: actions?.map(findNumber).filter((number) => number !== undefined),
  }
}

/** Reads rows with the dictionary as it was, and again when a row has a text that came into it since. */
function createDecoder(database: DatabaseSync, signals: readonly number[] | undefined): (row: InstanceRow) => PastInstance {
  let dictionary = createDictionary(database, createUndoLog())
  const decode = (row: InstanceRow) =>
    signals === undefined ? decodeInstance(row, dictionary) : decodePastInstance(row, dictionary, signals)
  return (row) => {
    try {
      return decode(row)
    } catch {
      dictionary = createDictionary(database, createUndoLog())
      return decode(row)
    }
  }
}
