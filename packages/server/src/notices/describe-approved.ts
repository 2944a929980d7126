import type { Instance } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import type { Approved } from '../delivery/user-messages.ts'

/** A message shows this many data points at most. */
const mostFacts = 8

/** What the user of an instance approves, as a message shows it: the action, with the tracked values of the data points that the tenant calls public. */
export function describeApproved(
  { dataPoints }: Pick<Tenant, 'dataPoints'>,
  { action, tracked }: Pick<Instance, 'action' | 'tracked'>,
): Approved {
  const shown = Object.entries(tracked.custom ?? {}).filter(([name]) => isPublic(dataPoints.get(name)))
  return {
    action,
    facts: shown.slice(0, mostFacts).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : String(value)]),
  }
}

function isPublic(dataPoint: { modelType: string; isPublic: boolean } | undefined): boolean {
  return dataPoint?.modelType === 'action' && dataPoint.isPublic
}
