import { addressKeyOf, type Instance, usualOf } from '@sallyport/engine'
import type { z } from 'zod'
import type { EventFilter, EventPlace } from '../storage/searching-store.ts'
import type { Store } from '../storage/store.ts'
import type { previewJson } from './unlearning-json.ts'

/** A request looks at no more events than this. */
const mostEvents = 5000
const pageSize = 200

export interface PreviewUnlearningDeps {
  store: Pick<Store, 'searchEvents' | 'loadSnapshot' | 'foldReadSide'>
  clock: () => number
}

/** What an unlearning would touch. Counts up to a bound, and says so. */
export async function previewUnlearning(
  { store, clock }: PreviewUnlearningDeps,
  tenantId: string,
  filter: EventFilter,
): Promise<z.infer<typeof previewJson>> {
  await store.foldReadSide()
  let events = 0
  let lessons = 0
  const addressesOf = new Map<string, Set<string>>()
  const devices = new Set<string>()
  let after: EventPlace | undefined
  do {
    const page = await store.searchEvents(tenantId, { filter, order: 'newest', limit: pageSize, ...(after !== undefined && { after }) })
    for (const event of page.events) {
      events += 1
      if (hasTaught(event)) lessons += 1
      const { ipAddress, deviceId } = event.tracked
      const known = addressesOf.get(event.userId) ?? new Set()
      addressesOf.set(event.userId, ipAddress === undefined ? known : known.add(addressKeyOf(ipAddress)))
      if (deviceId !== undefined) devices.add(deviceId)
    }
    after = page.next
  } while (after !== undefined && events < mostEvents)

  const at = clock()
  let trustedAddresses = 0
  for (const [userId, addresses] of addressesOf) {
    if (addresses.size === 0) continue
    const usual = usualOf(await store.loadSnapshot(tenantId, userId, [{ kind: 'user', key: userId }]), at)
    trustedAddresses += usual.addresses.filter(({ address, standing }) => standing === 'trusted' && addresses.has(address)).length
  }
  const counts = {
    events,
    lessons,
    users: addressesOf.size,
    addresses: new Set([...addressesOf.values()].flatMap((addresses) => [...addresses])).size,
    devices: devices.size,
    trustedAddresses,
    isAtLeast: after !== undefined,
  }
  return { sentence: sentenceOf(counts), ...counts }
}

export function hasTaught({ learnt }: Pick<Instance, 'learnt'>): boolean {
  return learnt !== null && learnt !== 'failure'
}

function sentenceOf({ events, lessons, users, trustedAddresses, isAtLeast }: Omit<z.infer<typeof previewJson>, 'sentence'>): string {
  const atLeast = isAtLeast ? 'At least ' : ''
  const taught = `${lessons === 1 ? '1 of them' : `${lessons} of them`} taught something`
  return `${atLeast}${counted(events, 'event')} of ${counted(users, 'user')}: ${taught}, and ${counted(trustedAddresses, 'address', 'addresses')} among them ${trustedAddresses === 1 ? 'is' : 'are'} trusted now.`
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
