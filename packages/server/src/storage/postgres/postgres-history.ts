import type { PastInstance } from '@sallyport/engine'
import type { HistoryQuery, InstanceHistory } from '../instance-history.ts'
import { decodeBody, decodePastInstance } from '../instance-row.ts'
import { type Member, membersOf } from '../json-cursor.ts'
import { textArray } from './array-parameter.ts'
import { createConnections, type Run, type Statement } from './connections.ts'
import { createKysely, createStatementNames } from './create-kysely.ts'
import { toStoreError } from './postgres-errors.ts'
import { createSharedDictionary, type SharedDictionary } from './shared-dictionary.ts'

const ROWS_PER_BATCH = 2000
/** A reader of history waits rather than fails. */
const statementTimeoutMs = 60_000

// As the index has it: `instances_by_time`.
const selectBatch: Statement = {
  name: 'select_history',
  text: `
    SELECT user_id, created_at, action, idempotency_key, body FROM instances
    WHERE tenant_id || '' = $1 AND created_at >= $2 AND created_at < $3 AND ($4::text[] IS NULL OR action = ANY ($4))
      AND (created_at > $2 OR (user_id, action, idempotency_key) > ($5, $6, $7))
    ORDER BY created_at, user_id, action, idempotency_key LIMIT ${ROWS_PER_BATCH}`,
}
const selectEnds: Statement = {
  name: 'select_history_ends',
  text: `SELECT min(created_at) AS first, max(created_at) AS last FROM instances
    WHERE tenant_id || '' = $1 AND created_at >= $2 AND created_at < $3`,
}

interface HistoryRow {
  user_id: string
  created_at: number
  action: string
  idempotency_key: string
  body: string
}

/** Reads instances by time, on a connection of its own. Each batch sees what was committed when it began. */
export function openPostgresHistory(databaseUrl: string): InstanceHistory {
  const connections = createConnections({ databaseUrl, poolSize: 1, statementTimeoutMs })
  const run: Run = async (statement, values) => {
    try {
      return await connections.run(statement, values)
    } catch (error) {
      throw toStoreError(error)
    }
  }
  const dictionary = createSharedDictionary(run)
  return {
    db: createKysely(run, createStatementNames()),
    async *read({ tenantId, actions, from, to, signals, custom }) {
      if (actions?.length === 0) return
      const start = Math.ceil(Math.max(from, Number.MIN_SAFE_INTEGER))
      const stop = Math.ceil(Math.min(to, Number.MAX_SAFE_INTEGER))
      const { rows: ends } = await run<{ first: number | null; last: number | null }>(selectEnds, [tenantId, start, stop])
      const { first, last } = ends[0] ?? { first: null, last: null }
      if (first === null || last === null) return
      const members = custom && membersOf(custom)
      const names = actions === undefined ? null : textArray(actions)
      let after: [userId: string, action: string, idempotencyKey: string] = ['', '', '']
      for (let at = first; ; ) {
        const { rows } = await run<HistoryRow>(selectBatch, [tenantId, at, stop, names, ...after])
        const instances = await dictionary.decode(() => rows.map((row) => decode(row, tenantId, dictionary, signals, members)))
        const end = rows.at(-1)
        const isLast = end === undefined || rows.length < ROWS_PER_BATCH
        yield { instances, done: isLast || last === first ? 1 : Math.min(1, (end.created_at - first) / (last - first)) }
        if (isLast) return
        at = end.created_at
        after = [end.user_id, end.action, end.idempotency_key]
      }
    },
    close: () => connections.close(),
  }
}

function decode(
  row: HistoryRow,
  tenantId: string,
  dictionary: SharedDictionary,
  signals: HistoryQuery['signals'],
  members: readonly Member[] | undefined,
): PastInstance {
  const { user_id: userId, action, idempotency_key: idempotencyKey, created_at, body } = row
  if (signals === undefined) return decodeBody({ tenantId, userId, action, idempotencyKey }, created_at, body, dictionary)
  return decodePastInstance({ ...row, action_no: dictionary.toNumber(action) }, dictionary, signals, members)
}
