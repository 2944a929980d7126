import type { ExplainOptions } from '@sallyport/engine'
import { policyContextOf } from '../configuration/load-tenant.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Db } from '../storage/store.ts'

/** The names that sentences about a tenant's rules use: data points, velocity features and lists. */
export async function explainOptionsOf(db: Db, tenant: Tenant): Promise<ExplainOptions> {
  const lists = await db.selectFrom('value_lists').where('tenant_id', '=', tenant.tenantId).select(['alias', 'name']).execute()
  return {
    dataPoints: tenant.dataPoints,
    features: policyContextOf(tenant).features,
    lists: new Map(lists.map(({ alias, name }) => [alias, name])),
  }
}
