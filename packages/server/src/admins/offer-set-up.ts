import { systemActor } from '../audit/actor.ts'
import type { Store } from '../storage/store.ts'
import { type InviteAdminDeps, inviteAdmin, setUpLifetimeMs } from './invite-admin.ts'

export interface OfferSetUpDeps extends InviteAdminDeps {
  store: Pick<Store, 'db' | 'transaction'>
  config: { publicUrl: string; bootstrap: { tenantId?: string } }
}

/**
 * Makes the link with which the first admin signs up. `undefined`: somebody can sign in already, or there is no tenant. The link is for the tenant that the
 * configuration names, or the oldest; whoever has it owns that tenant's portal, so it ends after an hour and with the first admin.
 */
export async function offerSetUp(deps: OfferSetUpDeps): Promise<string | undefined> {
  const { db } = deps.store
  const admin = await db.selectFrom('admins').select('admin_id').limit(1).executeTakeFirst()
  if (admin !== undefined) return undefined
  const tenants = await db.selectFrom('tenants').select('tenant_id').orderBy('created_at').execute()
  const wanted = deps.config.bootstrap.tenantId
  const tenant = tenants.find(({ tenant_id }) => tenant_id === wanted) ?? tenants[0]
  if (tenant === undefined) return undefined
  const invitation = { tenantId: tenant.tenant_id, role: 'owner', lifetimeMs: setUpLifetimeMs, isFirst: true } as const
  return (await inviteAdmin(deps, invitation, systemActor('first start'))).url
}
