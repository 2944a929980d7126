import type { Instance } from '@sallyport/engine'
import type { Tenant } from '../../configuration/tenant.ts'
import type { Approved } from '../../delivery/user-messages.ts'

/** What a user approves with the code: the action, with the data that the tenant calls public. */
export function approvedOf({ dataPoints }: Tenant, { action, tracked }: Pick<Instance, 'action' | 'tracked'>): Approved {
  const facts = Object.entries(tracked.custom ?? {})
    .filter(([name, value]) => dataPoints.get(name)?.isPublic === true && value !== null)
    .map(([name, value]) => [name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const)
  return { action, facts }
}
