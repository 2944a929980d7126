import { type SettleInstanceDeps, settleInstance } from '../actions/settle-instance.ts'
import { userActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant, TenantDirectory } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { NotMe, NotMeSeal } from '../notices/not-me-seal.ts'
import type { UserNotices } from '../notices/user-notices.ts'
import type { Db } from '../storage/store.ts'
import { setEnrolmentFreeze } from '../user-record/enrolment-freeze.ts'
import { findUser } from '../user-record/user-row.ts'

export interface ReportNotMeDeps extends SettleInstanceDeps {
  notMeSeal: Pick<NotMeSeal, 'open'>
  tenants: Pick<TenantDirectory, 'find'>
  notices: UserNotices
  metrics: Pick<Metrics, 'countNotMe'>
}

/** A "this was not me" link that can be used. */
export interface OpenedNotMe {
  notMe: NotMe
  tenant: Tenant
}

/** What a token stands for; `undefined` when it was not made here, has expired or was used, and when its user or tenant is gone. Changes nothing. */
export async function openNotMe(
  { notMeSeal, tenants, store, clock }: Pick<ReportNotMeDeps, 'notMeSeal' | 'tenants' | 'store' | 'clock'>,
  token: string,
): Promise<OpenedNotMe | undefined> {
  const notMe = notMeSeal.open(token)
  if (notMe === undefined || notMe.expiresAt <= clock()) return undefined
  const tenant = await tenants.find(notMe.tenantId)
  if (tenant === undefined || (await findUser(store.db, notMe.tenantId, notMe.userId)) === undefined) return undefined
  const used = await store.db
    .selectFrom('consumed_tokens')
    .select('jti')
    .where('tenant_id', '=', notMe.tenantId)
    .where('jti', '=', jtiOf(notMe))
    .executeTakeFirst()
  return used === undefined ? { notMe, tenant } : undefined
}

/**
 * Takes the word of a user who pressed "this was not me": disputes the action that the notice was about, then freezes the enrolments of the account and uses the
 * link up, in one transaction. A press that fails in between can be repeated. False: the link can no longer be used.
 */
export async function reportNotMe(deps: ReportNotMeDeps, token: string, ipAddress: string): Promise<OpenedNotMe | undefined> {
  const opened = await openNotMe(deps, token)
  if (opened === undefined) return undefined
  const { notMe, tenant } = opened
  const { tenantId, userId, kind, action, idempotencyKey } = notMe
  const actor = userActor(userId, ipAddress)
  if (action !== undefined && idempotencyKey !== undefined) {
    const change = { kind: 'dispute', reason: 'the user said "this was not me" in answer to a notice' } as const
    await settleInstance(deps, tenant, { userId, action, idempotencyKey }, change, actor, deps.notices).catch(unlessGone)
  }
  const isFirst = await deps.store.transaction({ tenantId, userId }, async ({ db }) => {
    const at = deps.clock()
    if (!(await useUp(db, notMe, at))) return false
    await setEnrolmentFreeze(db, tenantId, userId, at)
    const details = { notice: kind, happenedAt: toIso(notMe.at), ...(action !== undefined && { action, idempotencyKey }) }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'user.enrolment_frozen', userId, details })
    return true
  })
  if (!isFirst) return undefined
  deps.metrics.countNotMe(kind)
  return opened
}

/** The action was erased meanwhile, with age or by hand. The account is protected all the same. */
function unlessGone(error: unknown): void {
  if (!(error instanceof ApiError && error.code === 'not_found')) throw error
}

function jtiOf({ id }: NotMe): string {
  return `not-me:${id}`
}

async function useUp(db: Db, notMe: NotMe, at: number): Promise<boolean> {
  const inserted = await db
    .insertInto('consumed_tokens')
    .values({ tenant_id: notMe.tenantId, jti: jtiOf(notMe), consumed_at: at, expires_at: notMe.expiresAt })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'jti']).doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}
