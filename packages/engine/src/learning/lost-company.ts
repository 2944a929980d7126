import { networkOfKey } from './address-key.ts'
import { type AddressTrust, withoutCompanion } from './address-trust.ts'
import { type DeviceTrust, withoutAddressCompanion } from './device-trust.ts'
import type { Sighting } from './sighting.ts'
import type { UserProfile } from './user-profile.ts'

/** Successes with a value, and how many of them count. */
export interface Amount {
  times: number
  known: number
}

/** What a profile loses with an address and a device that were somebody else's. */
export interface Lost {
  /** The lists without them, and without what only their company made known. */
  trust: AddressTrust[]
  devices: DeviceTrust[]
  /** The networks in which nothing is known any more. */
  networks: string[]
  /** The successes that are lost with the address. */
  ofAddress: Amount | undefined
  /** With the address and with those in its company, where they can only have been in the same place. */
  ofPlace: Amount | undefined
  /** With the device and with those in its company that showed the same browser and system. */
  ofClient: Amount | undefined
}

/** What is lost with the address and the device of a sighting. */
export function lostWith({ trust, devices }: UserProfile, { address, believedDevice, browser, os, networkKey }: Sighting): Lost {
  const from = trust.find(([key]) => key === address)
  const device = devices.find(([id]) => id === believedDevice)
  const otherAddresses = trust.filter((entry) => entry !== from)
  const otherDevices = devices.filter((entry) => entry !== device)
  const companions = believedDevice === null ? { list: otherAddresses, doubted: [] } : withoutCompanion(otherAddresses, believedDevice)
  const strangers = address === null ? { list: otherDevices, doubted: [] } : withoutAddressCompanion(otherDevices, address)
  const isOnePlace = device?.[11]?.every((network) => network === networkKey) === true
  const sameClient = strangers.doubted.filter((entry) => entry[5] === browser && entry[6] === os)
  return {
    trust: companions.list,
    devices: strangers.list,
    networks: deadNetworks(companions.doubted, companions.list),
    ofAddress: sum(from === undefined ? [] : [from], 9),
    ofPlace: sum([...(from === undefined ? [] : [from]), ...(isOnePlace ? companions.doubted : [])], 9),
    ofClient: sum([...(device === undefined ? [] : [device]), ...sameClient], 8),
  }
}

/** The networks of addresses that are no longer known, where no other address is left. */
function deadNetworks(doubted: readonly AddressTrust[], list: readonly AddressTrust[]): string[] {
  const alive = new Set(list.filter(([key]) => !doubted.some((entry) => entry[0] === key)).map(([key]) => networkOfKey(key)))
  return doubted.map(([key]) => networkOfKey(key)).filter((network) => !alive.has(network))
}

function sum(entries: readonly (AddressTrust | DeviceTrust)[], unproven: 8 | 9): Amount | undefined {
  if (entries.length === 0) return undefined
  const amount = { times: 0, known: 0 }
  for (const entry of entries) {
    amount.times += entry[3]
    amount.known += entry[3] - Number(entry[unproven] ?? 0)
  }
  return amount
}
