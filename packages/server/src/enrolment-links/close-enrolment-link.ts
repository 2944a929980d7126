import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import type { UserNotices } from '../notices/user-notices.ts'
import type { Store } from '../storage/store.ts'
import { changeOpenLink, type EnrolmentLinkRow, findLinkByText, listLinkRows, toEnrolmentLink } from './enrolment-link.ts'

export interface CloseEnrolmentLinkDeps {
  store: Store
  clock: () => number
  newId: () => string
}

/**
 * Uses a link up: true once. The application's server then knows that support vouches for the user, and enrols as after checks of its own (decision 010). Refuses a
 * link that is not usable yet and says from when; says of no other why it cannot be used. The user is told.
 */
export async function redeemEnrolmentLink(
  deps: CloseEnrolmentLinkDeps & { notices: UserNotices },
  tenant: Tenant,
  text: string,
  actor: Actor,
): Promise<{ userId: string; linkId: string }> {
  const { tenantId } = tenant
  const found = await findLinkByText(deps.store.db, text, 'secretHash')
  if (found === undefined || found.tenant_id !== tenantId) throw unusable()
  const userId = found.user_id ?? ''
  const linkId = found.challenge_id
  const at = deps.clock()
  const notice = await deps.store.transaction({ tenantId, userId }, async ({ db }) => {
    const link = (await listLinkRows(db, tenantId, userId)).find(({ challenge_id }) => challenge_id === linkId)
    const state = link && toEnrolmentLink(link, at).state
    if (state === 'WAITING') {
      throw new ApiError('invalid_request', `the enrolment link cannot be used before ${toIso(link?.details.usableFrom ?? at)}`)
    }
    if (link === undefined || state !== 'USABLE') throw unusable()
    if (!(await changeOpenLink(db, link, { usedAt: at }, { consumed_at: at }))) throw unusable()
    const prepared = await deps.notices.prepare(db, tenant, { kind: 'recovery_used', userId, at })
    const details = { linkId, ...(prepared.channels.length > 0 && { notified: prepared.channels }) }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'enrolment_link.used', userId, details })
    return prepared
  })
  notice.send()
  return { userId, linkId }
}

/** Takes a link out of use, by an admin. */
export async function cancelEnrolmentLink(
  deps: CloseEnrolmentLinkDeps,
  tenantId: string,
  userId: string,
  linkId: string,
  actor: Actor,
): Promise<void> {
  const link = (await listLinkRows(deps.store.db, tenantId, userId)).find(({ challenge_id }) => challenge_id === linkId)
  if (link === undefined) throw new ApiError('not_found', 'the user has no such enrolment link')
  if (!(await cancel(deps, link, actor))) throw new ApiError('invalid_request', 'the link was used or cancelled already')
}

/** Takes out of use the link that a message told its user about. False: it is none that can be used. */
export async function cancelByMessage(deps: CloseEnrolmentLinkDeps, text: string, ipAddress: string): Promise<boolean> {
  const link = await findCancellable(deps, text)
  if (link === undefined) return false
  return cancel(deps, link, { kind: 'user', id: link.user_id ?? '', ipAddress })
}

/** The link that such a text can take out of use. Changes nothing. */
export async function findCancellable(
  { store, clock }: Pick<CloseEnrolmentLinkDeps, 'store' | 'clock'>,
  text: string,
): Promise<EnrolmentLinkRow | undefined> {
  const link = await findLinkByText(store.db, text, 'cancelHash')
  return link !== undefined && link.consumed_at === null && link.expires_at > clock() ? link : undefined
}

function cancel(deps: CloseEnrolmentLinkDeps, link: EnrolmentLinkRow, actor: Actor): Promise<boolean> {
  const { tenant_id: tenantId, challenge_id: linkId } = link
  const userId = link.user_id ?? ''
  const at = deps.clock()
  return deps.store.transaction({ tenantId, userId }, async ({ db }) => {
    if (!(await changeOpenLink(db, link, { cancelledBy: actor }, { consumed_at: at }))) return false
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'enrolment_link.cancelled', userId, details: { linkId } })
    return true
  })
}

function unusable(): ApiError {
  return new ApiError('invalid_request', 'the enrolment link is unknown, has expired, was used or was cancelled')
}
