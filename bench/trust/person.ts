import type { IpFacts } from '@sallyport/engine'
import type { DeviceModel } from '../../packages/server/src/seed/user-agents.ts'
import type { City, Country } from './geography.ts'
import type { Network } from './network.ts'

/** Something that holds from a time until another. Milliseconds UTC. */
export interface Lasting {
  from: number
  until: number
}

export interface Home extends Lasting {
  ip: IpFacts
  city: City
  line: Network
  /** When the household moved in; before the simulation for a first home. Providers give out new addresses without a move, too. */
  movedInAt: number
}

export interface Device extends Lasting {
  deviceId: string
  model: DeviceModel
}

/** A customer, with everything that their transfers follow from. */
export interface Person {
  userId: string
  country: Country
  /** The first transfer is after this. */
  joinedAt: number
  transfersPerWeek: number
  /** One after the other; shared by a family. */
  homes: readonly Home[]
  /** Shared with colleagues. */
  office: IpFacts | null
  /** Each session on the phone's own network has another address of it. */
  carrier: Network | null
  computers: readonly Device[]
  phones: readonly Device[]
  /** The first address is the hotel's. */
  journeys: readonly (Lasting & { hotel: IpFacts; carrier: Network })[]
  /** A VPN or a relay, used for a part of the sessions. */
  hidesBehind: { kind: 'vpn' | 'relay'; exits: Network; share: number } | null
  paysRent: boolean
}

/** What holds at a time; the first or the last when nothing does. */
export function lasting<T extends Lasting>(items: readonly T[], at: number): T | undefined {
  return items.find(({ from, until }) => from <= at && at < until) ?? items.at(at < (items[0]?.from ?? 0) ? 0 : -1)
}
