import type { Instance } from '@sallyport/engine'
import { decodeBody } from '../instance-row.ts'
import type { InstanceFilter } from '../reading-store.ts'
import { textArray } from './array-parameter.ts'
import type { Run, Statement } from './connections.ts'
import type { SharedDictionary } from './shared-dictionary.ts'

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

/** A user's instances, newest first. */
export async function listInstances(
  run: Run,
  dictionary: SharedDictionary,
  tenantId: string,
  userId: string,
  { fromDate = Number.MIN_SAFE_INTEGER, toDate = Number.MAX_SAFE_INTEGER - 1, codes, state, limit = DEFAULT_LIMIT }: InstanceFilter,
): Promise<Instance[]> {
  const found: Instance[] = []
  if (codes?.length === 0) return found
  const actions = codes === undefined ? null : textArray(codes)
  const pageSize = state === undefined ? limit : ROWS_PER_PAGE
  let before: [createdAt: number, action: string, idempotencyKey: string] = [Math.floor(toDate) + 1, '', '']
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
