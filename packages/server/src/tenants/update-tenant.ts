import { z } from 'zod'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { bumpConfigVersion } from '../configuration/bump-config-version.ts'
import { ApiError } from '../errors/api-error.ts'
import { type RelyingPartyNames, relyingPartyProblems } from '../relying-party.ts'
import type { CreateTenantDeps } from './create-tenant.ts'
import { rangesOf } from './ip-whitelist.ts'

export interface UpdateTenantInput {
  tenantId: string
  name?: string | undefined
  rpId?: string | undefined
  origins?: readonly string[] | undefined
  /** `null`: API keys are accepted from everywhere. */
  ipWhitelist?: readonly string[] | null | undefined
}

/** Only what this changes: the row may hold more. */
const passkeySettings = z.looseObject({
  relyingParty: z.looseObject({ id: z.string(), name: z.string() }).optional(),
  expectedOrigins: z.array(z.string()).optional(),
})

/**
 * Changes a tenant's name, where its passkeys are used, and from where its API keys are accepted: what nobody may be able to change by the management API
 * any more. Refuses a relying party that no browser accepts. Passkeys of another relying party stay on record, but browsers no longer offer them.
 */
export function updateTenant(
  deps: Pick<CreateTenantDeps, 'store' | 'clock' | 'newId'>,
  { tenantId, name, rpId, origins, ipWhitelist }: UpdateTenantInput,
  actor: Actor,
): Promise<'updated' | 'no_such_tenant' | 'no_passkeys'> {
  const at = deps.clock()
  if (ipWhitelist != null) rangesOf(ipWhitelist)
  return deps.store.transaction({ tenantId }, async ({ db }) => {
    const tenant = await db.selectFrom('tenants').where('tenant_id', '=', tenantId).select(['name', 'settings']).executeTakeFirst()
    if (tenant === undefined) return 'no_such_tenant'
    if (name !== undefined) await db.updateTable('tenants').set({ name }).where('tenant_id', '=', tenantId).execute()
    if (ipWhitelist !== undefined) {
      const { ipWhitelist: _, ...others } = JSON.parse(tenant.settings)
      const settings = JSON.stringify(ipWhitelist === null ? others : { ...others, ipWhitelist })
      await db.updateTable('tenants').set({ settings }).where('tenant_id', '=', tenantId).execute()
    }
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
      const { relyingParty, expectedOrigins } = passkeySettings.parse(settings)
      if (relyingParty !== undefined) refuseRelyingParty({ rpId: relyingParty.id, origins: expectedOrigins ?? [] })
      await db
        .updateTable('authenticator_configurations')
        .set({ settings: JSON.stringify(settings) })
        .where('tenant_id', '=', tenantId)
        .where('authenticator_id', '=', passkeys.authenticator_id)
        .execute()
    }
    const details = {
      ...(name !== undefined && { name }),
      ...(rpId !== undefined && { rpId }),
      ...(origins !== undefined && { origins }),
      ...(ipWhitelist !== undefined && { ipWhitelist }),
    }
    await bumpConfigVersion(db, tenantId)
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event: 'tenant.updated', details })
    return 'updated'
  })
}

function refuseRelyingParty(names: RelyingPartyNames): void {
  const problems = relyingPartyProblems(names, { rpId: 'the relying party id', origins: 'the origin' })
  if (problems.length > 0) throw new ApiError('invalid_request', problems.join('; '))
}
