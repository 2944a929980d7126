import type { Instance } from '@sallyport/engine'
import { type ChallengeRow, challengeKind } from '../../challenges/challenge-row.ts'
import type { OneTimeCodes } from '../../challenges/one-time-codes.ts'
import { isEnabledMethod } from '../../configuration/enabled-methods.ts'
import type { Tenant, TenantDirectory } from '../../configuration/tenant.ts'
import type { Db, Store } from '../../storage/store.ts'
import { noteCompletion } from '../../tries/take-send.ts'
import { findUser, type UserRow } from '../../user-record/user-row.ts'
import { emailMagicLinkName } from './email-magic-link-name.ts'
import { codeOfLink, isMailed, isOfBrowser, type LinkDetails, readLink } from './mailed-link.ts'

export interface PressLinkDeps {
  store: Store
  tenants: Pick<TenantDirectory, 'find'>
  oneTimeCodes: OneTimeCodes
  clock: () => number
}

/** A link that can be used. */
export interface OpenedLink {
  tenant: Tenant
  user: UserRow
  details: LinkDetails
  createdAt: number
  expiresAt: number
  /** What it approves. `undefined`: it binds the mail address. */
  instance: Instance | undefined
}

/**
 * What the token of a link stands for; `undefined` when it was not made here, has expired, was used or replaced, and when what it was mailed for is gone.
 * Changes nothing: programs that look for viruses open every link of a mail.
 */
export async function openLink(deps: PressLinkDeps, token: string): Promise<OpenedLink | undefined> {
  return (await find(deps, token))?.opened
}

/** A button that was pressed. `code`: in a browser that did not ask for the link, so that it changed nothing; its user types the code into the one that did. */
export type PressedLink = OpenedLink & { code: string | undefined }

/** Takes the press of the button. The browser that asked for the link collects the answer. `mark`: what this browser is recognised by. */
export async function pressLink(deps: PressLinkDeps, token: string, mark: string | undefined): Promise<PressedLink | undefined> {
  const found = await find(deps, token)
  if (found === undefined) return undefined
  const { row, link, opened } = found
  if (!isOfBrowser(deps.oneTimeCodes, link, opened.details, mark)) return { ...opened, code: codeOfLink(link) }
  if (opened.details.pressedAt !== undefined) return { ...opened, code: undefined }
  const at = deps.clock()
  const { db } = deps.store
  // The right answer to a message: counted as one, whoever collects it.
  if (await notePress(db, row, { ...opened.details, pressedAt: at })) {
    await noteCompletion(db, { tenantId: row.tenant_id, userId: opened.user.user_id, method: emailMagicLinkName.name }, at)
    return { ...opened, code: undefined }
  }
  return pressLink(deps, token, mark)
}

async function find({ store, tenants, oneTimeCodes, clock }: PressLinkDeps, token: string) {
  const { name } = emailMagicLinkName
  const link = readLink(token)
  const tenant = link && (await tenants.find(link.tenantId))
  if (link === undefined || tenant === undefined || !isEnabledMethod(tenant, name)) return undefined
  const row = await store.db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', link.tenantId)
    .where('challenge_id', '=', link.challengeId)
    .where('kind', 'in', [challengeKind(name, 'registration'), challengeKind(name, 'code')])
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', clock())
    .executeTakeFirst()
  if (row === undefined) return undefined
  const details = JSON.parse(row.details) as LinkDetails
  if (!isMailed(oneTimeCodes, link, details)) return undefined
  const { tenant_id: tenantId, user_id: userId, action_code: action, idempotency_key: idempotencyKey } = row
  const user = await findUser(store.db, tenantId, userId ?? '')
  const instance = await store.findInstance({ tenantId, userId: userId ?? '', action: action ?? '', idempotencyKey: idempotencyKey ?? '' })
  if (user === undefined || instance === undefined) return undefined
  const isBinding = row.kind === challengeKind(name, 'registration')
  const { created_at: createdAt, expires_at: expiresAt } = row
  return { row, link, opened: { tenant, user, details, createdAt, expiresAt, instance: isBinding ? undefined : instance } }
}

/** False: the link was used, replaced or pressed meanwhile. */
async function notePress(db: Db, row: ChallengeRow, details: LinkDetails): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('challenges')
    .set({ details: JSON.stringify(details) })
    .where('tenant_id', '=', row.tenant_id)
    .where('challenge_id', '=', row.challenge_id)
    .where('details', '=', row.details)
    .where('consumed_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}
