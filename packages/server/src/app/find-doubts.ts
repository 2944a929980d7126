import { compilePolicy } from '@sallyport/engine'
import { type LoadTenantDeps, loadTenant } from '../configuration/load-tenant.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import { warnUndetermined } from '../rules/warn-undetermined.ts'
import { listTenantClosures } from '../storage/closures.ts'
import { listStoredWarnings, type RecentWarning } from '../warnings/recent-warnings.ts'

/** What looks wrong about a tenant, without being broken. */
export interface TenantDoubts {
  tenantId: string
  /** Rules that nobody can be decided by with the IP data as they are. */
  rules: { action: string; message: string }[]
  /** The latest first. */
  warnings: RecentWarning[]
}

export type FindDoubtsDeps = Omit<LoadTenantDeps, 'compilePolicy'> & { ip: Pick<IpIntelligence, 'lookUp' | 'dataVersion' | 'dataSets'> }

/** Looks at every tenant of the store. Reads only. */
export async function findDoubts(deps: FindDoubtsDeps): Promise<TenantDoubts[]> {
  const moved = new Set((await listTenantClosures(deps.db)).map(({ tenantId }) => tenantId))
  const rows = await deps.db.selectFrom('tenants').select('tenant_id').orderBy('tenant_id').execute()
  const found: TenantDoubts[] = []
  for (const { tenant_id: tenantId } of rows) {
    const loaded = moved.has(tenantId) ? undefined : await loadTenant({ ...deps, compilePolicy }, tenantId)
    if (loaded === undefined) continue
    const rules: TenantDoubts['rules'] = []
    for (const { actionCode, definition } of loaded.tenant.actions.values()) {
      const undetermined = await warnUndetermined({ ...deps, countUndetermined: async () => undefined }, loaded.tenant, definition)
      rules.push(...undetermined.map(({ message }) => ({ action: actionCode, message })))
    }
    found.push({ tenantId, rules, warnings: await listStoredWarnings(deps.db, tenantId) })
  }
  return found
}
