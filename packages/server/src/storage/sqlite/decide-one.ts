import type { Decided, Snapshot } from '@sallyport/engine'
import type { DecideRequest, DecideResult } from '../deciding-store.ts'
import { withTracked } from '../stored-user.ts'
import { appendInstance, applyValues, type SqliteState, toValues } from './sqlite-state.ts'
import type { UserRows } from './user-rows.ts'

/**
 * One decision within a group: reads the snapshot, decides, appends one row to the log. Entities change in memory only.
 * Throws what `decide` throws, before anything is written.
 */
export function runDecide(
  parts: SqliteState,
  users: UserRows,
  request: DecideRequest,
  decide: (snapshot: Snapshot) => Decided,
): DecideResult {
  const { dictionary, entities, facts, log } = parts
  const { tenantId, userId } = request.key
  const tenantNo = dictionary.toNumber(tenantId)
  const records = entities.load(tenantNo, request.entities)
  const isUser = request.entities[0]?.kind === 'user' && request.entities[0].key === userId
  const user = (isUser && records[0]) || entities.loadOne(tenantNo, 'user', userId)
  const known = facts.get(user, tenantId, userId)
  const snapshot: Snapshot = { user: withTracked(known, request.user), entities: toValues(entities, request.entities, records) }
  const existing = user.head === 0 ? undefined : log.find(request.key)
  if (existing !== undefined) return { isNew: false, instance: existing.instance, snapshot }
  const decided = decide(snapshot)
  const { instance } = decided.changes
  users.record(request, known)
  appendInstance(parts, user, instance, true)
  applyValues(entities, request.entities, records, decided.changes.entities)
  return { isNew: true, instance, decided, snapshot }
}
