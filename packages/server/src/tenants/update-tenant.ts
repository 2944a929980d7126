import { z } from 'zod'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { bumpConfigVersion } from '../configuration/bump-config-version.ts'
import type { CreateTenantDeps } from './create-tenant.ts'

export interface UpdateTenantInput {
  tenantId: string
  name?: string | undefined
  rpId?: string | undefined
  origins?: readonly string[] | undefined
}

/** Only what this changes: the row may hold more. */
const passkeySettings = z.looseObject({ relyingParty: z.looseObject({ id: z.string(), name: z.string() }).optional() })

/** Changes a tenant's name, and where its passkeys are used. Passkeys of another relying party stay on record, but browsers no longer offer them. */
export function updateTenant(
  deps: Pick<CreateTenantDeps, 'store' | 'clock' | 'newId'>,
  { tenantId, name, rpId, origins }: UpdateTenantInput,
  actor: Actor,
): Promise<'updated' | 'no_such_tenant' | 'no_passkeys'> {
  const at = deps.clock()
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    const tenant = await db.selectFrom('tenants').where('tenant_id', '=', tenantId).select('name').executeTakeFirst()
    if (tenant === undefined) return 'no_such_tenant'
    if (name !== undefined) await db.updateTable('tenants').set({ name }).where('tenant_id', '=', tenantId).execute()
    if (rpId !== undefined || origins !== undefined) {
      const passkeys = await db
        .selectFrom('authenticator_configurations')
        .where('tenant_id', '=', tenantId)
        .where('verification_method', '=', 'PASSKEY')
        .select(['authenticator_id', 'settings'])
        .executeTakeFirst()
      if (passkeys === undefined) return 'no_passkeys'
      const before = passkeySettings.parse(JSON.parse(passkeys.settings))
      const settings = {
        ...before,
        ...(rpId !== undefined && { relyingParty: { ...before.relyingParty, id: rpId, name: before.relyingParty?.name ?? tenant.name } }),
        ...(origins !== undefined && { expectedOrigins: [...origins] }),
      }
      await db
        .updateTable('authenticator_configurations')
        .set({ settings: JSON.stringify(settings) })
        .where('tenant_id', '=', tenantId)
        .where('authenticator_id', '=', passkeys.authenticator_id)
        .execute()
    }
    const details = { ...(name !== undefined && { name }), ...(rpId !== undefined && { rpId }), ...(origins !== undefined && { origins }) }
    await bumpConfigVersion(db, tenantId)
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'tenant.updated', details })
    return 'updated'
  })
}
