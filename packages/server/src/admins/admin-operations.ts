import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { systemActor } from '../audit/actor.ts'
import type { Role } from '../callers/role.ts'
import { operation } from '../control/operation.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { sendFailures } from '../delivery/send-failure.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import { hasTenant } from '../storage/has-tenant.ts'
import type { Db, Store } from '../storage/store.ts'
import { adminEmail, adminName, roleJson, toAdminJson } from './admin-json.ts'
import { changeAdmin, removeAdmin } from './change-admin.ts'
import { listAdmins } from './find-admin.ts'
import { inviteAdmin, type MadeInvitation, maxInvitationMs } from './invite-admin.ts'

export interface AdminOperationDeps {
  store: Pick<Store, 'db' | 'transaction'>
  /** Of a running server; a command outside of one says where the portal is. */
  config?: { publicUrl: string }
  delivery: Pick<Delivery, 'send'>
  clock: () => number
  newId: () => string
}

const tenant = { tenantId: z.string().optional() }
const inviteInput = z.object({
  ...tenant,
  role: roleJson,
  name: adminName.optional(),
  email: adminEmail.optional(),
  /** Also when the link was mailed. */
  withLink: z.boolean().optional(),
  lifetimeMs: z.int().min(60_000, 'a link is good for at least a minute').max(maxInvitationMs, 'a link is good for at most 7 days'),
  publicUrl: z.string(),
})
const oneAdmin = { ...tenant, adminId: z.string() }

/** What an operator does about admins on the machine of the server, without a key: the way back in when nobody can sign in. */
export function createAdminOperations(deps: AdminOperationDeps) {
  const by: { actor: ReturnType<typeof systemActor>; role: Role } = { actor: systemActor('command line'), role: 'owner' }
  return {
    inviteAdmin: operation(inviteInput, async ({ publicUrl, tenantId: wanted, withLink = false, ...input }) => {
      const tenantId = await tenantFor(deps.store.db, wanted)
      const config = deps.config ?? { publicUrl }
      const { invitationId, url, expiresAt, sent } = await inviteAdmin({ ...deps, config }, { ...input, tenantId }, by.actor)
      const mail = sent === undefined ? null : await describeSent(sent)
      const isLinkShown = withLink || mail?.state !== 'delivered'
      const { role, name = null, email = null } = input
      return { tenantId, invitationId, role, name, email, url: isLinkShown ? url : null, mail, expiresAt: toIso(expiresAt) }
    }),
    listAdmins: operation(z.object(tenant), async ({ tenantId: wanted }) => {
      const tenantId = await tenantFor(deps.store.db, wanted)
      return (await listAdmins(deps.store.db, tenantId)).map(toAdminJson)
    }),
    changeAdminRole: operation(z.object({ ...oneAdmin, role: roleJson }), async ({ tenantId: wanted, adminId, role }) => {
      const tenantId = await tenantFor(deps.store.db, wanted)
      return toAdminJson(await changeAdmin(deps, { tenantId, adminId }, { role }, by))
    }),
    removeAdmin: operation(z.object(oneAdmin), async ({ tenantId: wanted, adminId }) => {
      const tenantId = await tenantFor(deps.store.db, wanted)
      return toAdminJson(await removeAdmin(deps, { tenantId, adminId }, by))
    }),
  }
}

/** How long a command waits to hear what became of a mail. */
const mailWaitMs = 40_000

/** What became of a message, as far as it is known now. */
async function describeSent({ messageId, channel, outcome }: NonNullable<MadeInvitation['sent']>) {
  const waiting = new AbortController()
  const undecided = pause(mailWaitMs, { state: 'sending' as const }, { signal: waiting.signal }).catch(() => ({
    state: 'sending' as const,
  }))
  const result = await Promise.race([outcome, undecided])
  waiting.abort()
  return { messageId, channel, state: result.state, problem: result.state === 'failed' ? sendFailures[result.reason] : null }
}

/** The tenant that was named, or the only one. */
async function tenantFor(db: Db, wanted: string | undefined): Promise<string> {
  if (wanted !== undefined) {
    if (!(await hasTenant(db, wanted))) throw new ApiError('not_found', `there is no tenant \`${wanted}\``)
    return wanted
  }
  const [first, second] = await db.selectFrom('tenants').select('tenant_id').limit(2).execute()
  if (first === undefined) throw new ApiError('not_found', 'there is no tenant: start the server once, or use `sallyport tenant create`')
  if (second !== undefined) throw new ApiError('invalid_request', 'there are several tenants: name one with --tenant')
  return first.tenant_id
}
