import type { Instance, PolicyDefinition } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'
import type { Tenant } from './tenant.ts'

/** The policy an instance was decided under, at the version of that time. `undefined`: no policy decided, it is a sign-in of its own. */
export async function findPolicyDefinition(db: Db, tenant: Tenant, instance: Instance): Promise<PolicyDefinition | undefined> {
  const current = tenant.actions.get(instance.action)?.definition
  return current?.version === instance.policyVersion ? current : findPolicyVersion(db, instance)
}

/** As `findPolicyDefinition`, from the store alone. */
export async function findPolicyVersion(
  db: Db,
  { tenantId, action, policyVersion }: Pick<Instance, 'tenantId' | 'action' | 'policyVersion'>,
): Promise<PolicyDefinition | undefined> {
  const row = await db
    .selectFrom('policy_versions')
    .select('definition')
    .where('tenant_id', '=', tenantId)
    .where('action_code', '=', action)
    .where('version', '=', policyVersion)
    .executeTakeFirst()
  return row === undefined ? undefined : (JSON.parse(row.definition) as PolicyDefinition)
}
