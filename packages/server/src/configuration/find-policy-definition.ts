import type { Instance, PolicyDefinition } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'
import type { Tenant } from './tenant.ts'

/** The policy an instance was decided under, at the version it was then. `undefined`: a passkey sign-in that no policy decided. */
export async function findPolicyDefinition(db: Db, tenant: Tenant, instance: Instance): Promise<PolicyDefinition | undefined> {
  const current = tenant.actions.get(instance.action)?.definition
  if (current?.version === instance.policyVersion) return current
  const row = await db
    .selectFrom('policy_versions')
    .select('definition')
    .where('tenant_id', '=', instance.tenantId)
    .where('action_code', '=', instance.action)
    .where('version', '=', instance.policyVersion)
    .executeTakeFirst()
  return row === undefined ? undefined : (JSON.parse(row.definition) as PolicyDefinition)
}
