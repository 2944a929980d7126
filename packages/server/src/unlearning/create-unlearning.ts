import { parseAddressRange } from '../addresses/address-range.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { withoutSecrets } from '../audit/without-secrets.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import { momentAt } from '../http/query-moment.ts'
import type { UnlearningTable } from '../storage/schema.ts'
import type { EventFilter } from '../storage/searching-store.ts'
import type { Store } from '../storage/store.ts'
import { type PreviewUnlearningDeps, previewUnlearning } from './preview-unlearning.ts'
import { toUnlearning, type Unlearning, type UnlearningBody } from './unlearning-json.ts'

export interface CreateUnlearningDeps extends PreviewUnlearningDeps {
  store: PreviewUnlearningDeps['store'] & Pick<Store, 'db' | 'transaction'>
  newId: () => string
}

type Preview = Awaited<ReturnType<typeof previewUnlearning>>

/**
 * Puts on record that what events taught is to be taken back; the work is done in the background. Answers what it is about to touch.
 *
 * Asking for the same while it is under way gets the one that is. Refuses a request about every event there ever was.
 */
export async function createUnlearning(
  deps: CreateUnlearningDeps,
  tenantId: string,
  body: UnlearningBody,
  actor: Actor,
): Promise<{ dryRun: boolean; preview: Preview; unlearning?: Unlearning }> {
  const at = deps.clock()
  const { filter, asked } = read(body, at)
  const preview = await previewUnlearning(deps, tenantId, filter)
  if (body.dryRun) return { dryRun: true, preview }
  const row: UnlearningTable = {
    tenant_id: tenantId,
    unlearning_id: deps.newId(),
    user_id: body.userId ?? null,
    filter: JSON.stringify(filter),
    asked: JSON.stringify(asked),
    reason: body.reason,
    actor: JSON.stringify(actor),
    is_fraud: body.isFraud ? 1 : 0,
    state: 'running',
    place: null,
    events: 0,
    unlearnt: 0,
    created_at: at,
    updated_at: at,
    holder: null,
    held_until: 0,
    problem: null,
  }
  const kept = await deps.store.transaction({ tenantId }, async (tx) => {
    const running = await tx.db
      .selectFrom('unlearnings')
      .where('tenant_id', '=', tenantId)
      .where('state', '=', 'running')
      .selectAll()
      .execute()
    const same = running.find((other) => isSame(other, row, body.to !== undefined))
    if (same !== undefined) return same
    await tx.db.insertInto('unlearnings').values(row).execute()
    const { sentence: _, ...counts } = preview
    await insertAuditEntry(tx.db, deps.newId(), {
      tenantId,
      at,
      actor,
      event: 'unlearning.began',
      ...(body.userId !== undefined && { userId: body.userId }),
      details: { unlearningId: row.unlearning_id, ...asked, isFraud: body.isFraud, ...withoutSecrets({ reason: body.reason }), ...counts },
    })
    return row
  })
  return { dryRun: false, preview, unlearning: toUnlearning(kept) }
}

/** Without a given end, each request ends at its own time: that makes no difference. */
function isSame(other: UnlearningTable, row: UnlearningTable, hasEnd: boolean): boolean {
  const events = ({ asked }: UnlearningTable) => JSON.stringify({ ...JSON.parse(asked), ...(hasEnd ? {} : { to: undefined }) })
  return events(other) === events(row) && other.reason === row.reason && other.is_fraud === row.is_fraud
}

function read({ userId, ipAddress, deviceId, ...body }: UnlearningBody, at: number): { filter: EventFilter; asked: Unlearning['asked'] } {
  const from = body.from && momentAt(body.from, at)
  const to = Math.min(body.to === undefined ? at + 1 : momentAt(body.to, at), at + 1)
  if (userId === undefined && ipAddress === undefined && deviceId === undefined && from === undefined) {
    throw new ApiError('invalid_request', 'name at least one of `userId`, `ipAddress`, `deviceId` and `from`')
  }
  if (from !== undefined && from >= to) throw new ApiError('invalid_request', '`from` must be in the past and before `to`')
  const ipAddresses = ipAddress === undefined ? undefined : parseAddressRange(ipAddress)
  if (ipAddress !== undefined && ipAddresses === undefined) {
    throw new ApiError(
      'invalid_request',
      '`ipAddress` is neither an IP address nor a range of addresses, such as `203.0.113.7` or `2001:db8::/32`',
    )
  }
  const named = { ...(userId !== undefined && { userId }), ...(deviceId !== undefined && { deviceId }) }
  return {
    filter: { ...named, ...(ipAddresses !== undefined && { ipAddresses }), ...(from !== undefined && { from }), to },
    asked: { ...named, ...(ipAddress !== undefined && { ipAddress }), ...(from !== undefined && { from: toIso(from) }), to: toIso(to) },
  }
}
