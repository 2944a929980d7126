import type { Network } from './networks.ts'
import type { DeviceModel } from './user-agents.ts'

/** Something that holds from a time until another. Milliseconds UTC. */
export interface Lasting {
  from: number
  until: number
}

/** The address of a household, for as long as its provider leaves it. */
export interface HomeAddress extends Lasting {
  address: string
}

export interface Device extends Lasting {
  deviceId: string
  model: DeviceModel
}

export interface Journey extends Lasting {
  /** Of the hotel. */
  address: string
}

/** A customer of the bank, with everything that their actions follow from. */
export interface Person {
  userId: string
  name: string
  email: string
  countryCode: string
  timeZone: string
  /** The first session is after this. */
  joinedAt: number
  sessionsPerWeek: number
  /** Adds a passkey in the first session. */
  hasPasskey: boolean
  homeNetwork: Network
  /** Shared by a family. One after the other. */
  homes: readonly HomeAddress[]
  /** Of an office or a campus, shared with colleagues. */
  office: string | null
  /** Of the phone. Each session has another address of it. */
  phoneNetwork: Network | null
  devices: readonly Device[]
  journey: Journey | null
  /** The exits of a VPN, used for a part of the sessions, or of a relay, used for all at home. */
  vpn: { exits: readonly string[]; share: number } | null
  rent: { amount: number; recipient: string; dayOfMonth: number } | null
  /** A car or a kitchen: more than a person at the bank lets pass without a look. */
  purchase: { at: number; amount: number; recipient: string } | null
  payees: readonly string[]
}

/** What holds at a time; the first or the last when nothing does. */
export function lasting<T extends Lasting>(items: readonly T[], at: number): T | undefined {
  return items.find(({ from, until }) => from <= at && at < until) ?? items.at(at < (items[0]?.from ?? 0) ? 0 : -1)
}
