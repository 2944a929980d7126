import type { Decided, Snapshot } from '@sallyport/engine'
import type { DecideRequest, DecideResult } from '../deciding-store.ts'
import { withTracked } from '../stored-user.ts'
import { readSnapshot } from './read-snapshot.ts'
import type { SqliteState } from './sqlite-state.ts'
import type { UserRows } from './user-rows.ts'
import { writeChanges } from './write-changes.ts'

/** One decision within a group: reads, decides, writes. Throws what `decide` throws, before anything is written. */
export function decideOne(
  parts: SqliteState,
  users: UserRows,
  request: DecideRequest,
  decide: (snapshot: Snapshot) => Decided,
): DecideResult {
  const { tenantId, userId } = request.key
  const read = readSnapshot(parts, parts.dictionary.toNumber(tenantId), tenantId, userId, request.entities)
  const known = read.snapshot.user
  const snapshot: Snapshot = { user: withTracked(known, request.user), entities: read.snapshot.entities }
  const existing = read.user.head === 0 ? undefined : parts.log.find(request.key)
  if (existing !== undefined) return { isNew: false, instance: existing.instance, snapshot }
  const decided = decide(snapshot)
  const ofDevice = request.entities.findIndex(({ kind, key }) => kind === 'device' && key === request.deviceId)
  users.record(request, read.user, known, read.records[ofDevice])
  writeChanges(parts, request.entities, read, decided.changes)
  return { isNew: true, instance: decided.changes.instance, decided, snapshot }
}
