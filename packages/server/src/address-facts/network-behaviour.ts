import { type Instance, reputationDays, reputationOfInstances, wrongStates } from '@sallyport/engine'
import { parseAddressRange } from '../addresses/address-range.ts'
import type { EventFilter } from '../storage/searching-store.ts'
import type { Store } from '../storage/store.ts'

/** How a network behaved in the events of a tenant. */
export interface NetworkBehaviour {
  /** 0 (nothing known against it) to 100. */
  reputation: number
  /** Users with a failed, blocked, disputed or fraudulent action from it, in the events that were looked at. */
  usersWithWrongs: number
}

/** At most so many events of each kind are looked at, the newest first. */
const mostEvents = 500
const mostPages = 4
const dayMs = 86_400_000

/**
 * Reads how the /24 or /48 around an address behaved, from the read side: what happened in the last second may be missing. No decision
 * reads it, so that none has to load more than its own user, device and address.
 */
export async function networkBehaviourOf(
  store: Pick<Store, 'searchEvents'>,
  tenantId: string,
  network: string,
  at: number,
): Promise<NetworkBehaviour> {
  const ipAddresses = parseAddressRange(network)
  if (ipAddresses === undefined) throw new RangeError('not a network')
  const find = (filter: EventFilter) => findNewest(store, tenantId, { ...filter, ipAddresses })
  const [wrong, frauds, passed] = await Promise.all([
    find({ states: wrongStates, from: at - reputationDays * dayMs }),
    find({ label: 'fraud' }),
    find({ states: ['CHALLENGE_SUCCEEDED'], from: at - 7 * dayMs }),
  ])
  const bad = [...wrong, ...frauds]
  return {
    reputation: reputationOfInstances([...bad, ...passed], at),
    usersWithWrongs: new Set(bad.map(({ userId }) => userId)).size,
  }
}

async function findNewest({ searchEvents }: Pick<Store, 'searchEvents'>, tenantId: string, filter: EventFilter): Promise<Instance[]> {
  const found: Instance[] = []
  let after: string | undefined
  for (let page = 0; page < mostPages && found.length < mostEvents; page += 1) {
    const query = { filter, order: 'newest', limit: mostEvents - found.length, ...(after !== undefined && { after }) } as const
    const { events, next } = await searchEvents(tenantId, query)
    found.push(...events)
    if (next === undefined) break
    after = next
  }
  return found
}
