import { z } from 'zod'
import { systemActor } from '../audit/actor.ts'
import type { Role } from '../callers/role.ts'
import { operation } from '../control/operation.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import { hasTenant } from '../storage/has-tenant.ts'
import type { Db, Store } from '../storage/store.ts'
import { adminName, roleJson, toAdminJson } from './admin-json.ts'
import { changeAdmin, removeAdmin } from './change-admin.ts'
import { listAdmins } from './find-admin.ts'
import { inviteAdmin, maxInvitationMs } from './invite-admin.ts'

export interface AdminOperationDeps {
  store: Pick<Store, 'db' | 'transaction'>
  /** Of a running server; a command outside of one says where the portal is. */
  config?: { publicUrl: string }
  clock: () => number
  newId: () => string
}

const tenant = { tenantId: z.string().optional() }
const inviteInput = z.object({
  ...tenant,
  role: roleJson,
  name: adminName.optional(),
  lifetimeMs: z.int().min(60_000, 'a link is good for at least a minute').max(maxInvitationMs, 'a link is good for at most 7 days'),
  publicUrl: z.string(),
})
const oneAdmin = { ...tenant, adminId: z.string() }

/** What an operator does about admins on the machine of the server, without a key: the way back in when nobody can sign in. */
export function createAdminOperations(deps: AdminOperationDeps) {
  const by: { actor: ReturnType<typeof systemActor>; role: Role } = { actor: systemActor('command line'), role: 'owner' }
  return {
    inviteAdmin: operation(inviteInput, async ({ publicUrl, tenantId: wanted, ...input }) => {
      const tenantId = await tenantFor(deps.store.db, wanted)
      const config = deps.config ?? { publicUrl }
      const { invitationId, url, expiresAt } = await inviteAdmin({ ...deps, config }, { ...input, tenantId }, by.actor)
      return { tenantId, invitationId, role: input.role, name: input.name ?? null, url, expiresAt: toIso(expiresAt) }
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
