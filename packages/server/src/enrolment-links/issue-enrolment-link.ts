import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { insertChallenge } from '../challenges/challenge-row.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { NoticeChannel } from '../notices/user-notices.ts'
import { findPerson } from '../proposals/find-person.ts'
import type { Store } from '../storage/store.ts'
import { findUser } from '../user-record/user-row.ts'
import {
  changeOpenLink,
  createLinkSecret,
  type EnrolmentLink,
  type EnrolmentLinkRow,
  listLinkRows,
  toEnrolmentLink,
  usableForMs,
  waitsForApprovalMs,
} from './enrolment-link.ts'
import { type TellUserDeps, tellUser } from './tell-user.ts'

export interface IssueEnrolmentLinkDeps extends TellUserDeps {
  store: Store
  clock: () => number
  newId: () => string
}

export interface IssuedEnrolmentLink extends EnrolmentLink {
  /** What the user opens. It is said here and nowhere else. */
  url: string
  /** By which channels the user was told. */
  notified: NoticeChannel[]
}

/**
 * Issues a link by which a user who has nothing left gets to enrol again: once, after a wait in which the user can stop it, and after a second admin has approved
 * it, where the tenant says so. The wait is what protects the user from a person who talked support into it.
 */
export async function issueEnrolmentLink(
  deps: IssueEnrolmentLinkDeps,
  tenant: Tenant,
  userId: string,
  reason: string,
  actor: Actor,
): Promise<IssuedEnrolmentLink> {
  const { tenantId, settings } = tenant
  if (settings.enrolmentLinkUrl === undefined) {
    throw new ApiError('invalid_configuration', 'set `enrolmentLinkUrl` of the tenant: the page that the link opens')
  }
  const at = deps.clock()
  const linkId = deps.newId()
  const secret = createLinkSecret(tenantId, linkId)
  const cancel = createLinkSecret(tenantId, linkId)
  const usableFrom = settings.enrolmentLinkNeedsApproval === true ? null : at + waitOf(tenant)
  const details = { secretHash: secret.hash, cancelHash: cancel.hash, reason, issuedBy: actor, usableFrom }
  const row = {
    tenant_id: tenantId,
    challenge_id: linkId,
    kind: 'enrolment_link' as const,
    user_id: userId,
    action_code: null,
    idempotency_key: null,
    webauthn_challenge: null,
    created_at: at,
    expires_at: usableFrom === null ? at + waitsForApprovalMs : usableFrom + usableForMs,
    consumed_at: null,
  }
  const user = await deps.store.transaction({ tenantId, userId }, async ({ db }) => {
    const found = await findUser(db, tenantId, userId)
    if (found === undefined) throw new ApiError('not_found', 'there is no such user')
    const open = (await listLinkRows(db, tenantId, userId)).find(({ consumed_at, expires_at }) => consumed_at === null && expires_at > at)
    if (open !== undefined) throw new ApiError('already_exists', 'the user has a link that can still be used: cancel it first')
    await insertChallenge(db, { ...row, details: JSON.stringify(details) })
    const entry = { linkId, reason, needsApproval: usableFrom === null }
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'enrolment_link.issued', userId, details: entry })
    return found
  })
  const link: EnrolmentLinkRow = { ...row, details }
  const notified = await tellUser(deps, tenant, user, link, cancel.text)
  return { ...toEnrolmentLink(link, at), url: `${settings.enrolmentLinkUrl}#enrolment=${secret.text}`, notified }
}

/** Lets the wait begin, as another person than the one who issued the link. */
export async function approveEnrolmentLink(
  deps: IssueEnrolmentLinkDeps,
  tenant: Tenant,
  userId: string,
  linkId: string,
  actor: Actor,
): Promise<EnrolmentLink> {
  const { tenantId } = tenant
  const at = deps.clock()
  // The user is told now: before, nobody could say from when the link can be used.
  const cancel = createLinkSecret(tenantId, linkId)
  const { link, user } = await deps.store.transaction({ tenantId, userId }, async ({ db }) => {
    const found = (await listLinkRows(db, tenantId, userId)).find(({ challenge_id }) => challenge_id === linkId)
    const holder = await findUser(db, tenantId, userId)
    if (found === undefined || holder === undefined) throw new ApiError('not_found', 'the user has no such enrolment link')
    if (toEnrolmentLink(found, at).state !== 'WAITING_FOR_APPROVAL')
      throw new ApiError('invalid_request', 'the link does not wait for an approval')
    const person = await findPerson(db, tenantId, actor)
    if (person === undefined || person === (await findPerson(db, tenantId, found.details.issuedBy))) {
      throw new ApiError('own_proposal', 'another admin than the one who issued the link has to approve it')
    }
    const usableFrom = at + waitOf(tenant)
    const change = { approvedBy: actor, usableFrom, cancelHash: cancel.hash }
    await changeOpenLink(db, found, change, { expires_at: usableFrom + usableForMs })
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'enrolment_link.approved', userId, details: { linkId } })
    return { link: { ...found, expires_at: usableFrom + usableForMs, details: { ...found.details, ...change } }, user: holder }
  })
  await tellUser(deps, tenant, user, link, cancel.text)
  return toEnrolmentLink(link, at)
}

const defaultWaitHours = 24

function waitOf({ settings }: Tenant): number {
  return (settings.enrolmentLinkWaitHours ?? defaultWaitHours) * 60 * 60 * 1000
}
