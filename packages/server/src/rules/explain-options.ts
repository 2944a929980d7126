import type { ExplainOptions } from '@sallyport/engine'
import { policyContextOf } from '../configuration/load-tenant.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Db } from '../storage/store.ts'

/** What sentences about a tenant's rules may know: its data points, its velocity features, and what its lists are called. */
export async function explainOptionsOf(db: Db, tenant: Tenant): Promise<ExplainOptions> {
  const lists = await db.selectFrom('value_lists').where('tenant_id', '=', tenant.tenantId).select(['alias', 'name']).execute()
  return {
    dataPoints: tenant.dataPoints,
    features: policyContextOf(tenant).features,
    lists: new Map(lists.map(({ alias, name }) => [alias, name])),
  }
}
