import type { Instance } from '@sallyport/engine'
import { publicData } from '../configuration/public-data.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Approved } from '../delivery/user-messages.ts'

/**
 * What the user of an instance approves, as a message shows it: the action, with the tracked values of the data points that the tenant calls public. `most`: that
 * are shown.
 */
export function describeApproved(
  tenant: Pick<Tenant, 'dataPoints'>,
  { action, tracked }: Pick<Instance, 'action' | 'tracked'>,
  most?: number,
): Approved {
  const shown = publicData(tenant, 'action', tracked.custom ?? {}).filter(([, value]) => value !== null)
  return { action, facts: shown.slice(0, most).map(([name, value]) => [name, textOf(value)]) }
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
