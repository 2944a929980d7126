import type { AsnType, IpFacts } from '@sallyport/engine'
import type { Random } from '../../packages/server/src/seed/random.ts'

/** Addresses with the same facts: the lines of a provider in a city, the few addresses that all customers of a mobile carrier share, the exits of a VPN. */
export interface Network {
  facts: Omit<IpFacts, 'address' | 'network' | 'version'>
  /** The first of its /24 networks, counted from 11.0.0.0. */
  firstBlock: number
  blocks: number
  /** Addresses in use in each /24. */
  hosts: number
}

/** A place on the map, as IP data know it. */
export interface Spot {
  countryCode: string
  cityName: string
  latitude: number
  longitude: number
  accuracyKm: number
  timeZone: string
}

/** An address of the network. No look-up is involved: the addresses are made up, and so are the facts about them. */
export function drawAddress(random: Random, { facts, firstBlock, blocks, hosts }: Network): IpFacts {
  const block = firstBlock + random.whole(0, blocks - 1)
  return addressIn(facts, block, random.whole(1, hosts))
}

function addressIn(facts: Network['facts'], block: number, host: number): IpFacts {
  const head = `${11 + Math.floor(block / 65_536)}.${Math.floor(block / 256) % 256}.${block % 256}`
  return { ...facts, address: `${head}.${host}`, version: 4, network: `${head}.0/24` }
}

/** What hides the user of an address. `nothing`: the address says where its user is. */
export type Disguise = 'nothing' | 'vpn' | 'tor' | 'relay' | 'hosting'

/** Facts as the look-up gives them, with everything known. */
export function factsOf(spot: Spot, asn: number, asnType: AsnType, disguise: Disguise = 'nothing'): Network['facts'] {
  const isAnonymous = disguise === 'vpn' || disguise === 'tor' || disguise === 'hosting'
  return {
    ...spot,
    isPrivate: false,
    isTor: disguise === 'tor',
    isVpn: disguise === 'vpn',
    isProxy: false,
    isHosting: isAnonymous,
    isRelay: disguise === 'relay',
    isCrawler: false,
    isGateway: false,
    isAnonymous,
    anonymityConfidence: isAnonymous ? 0.95 : 0.9,
    asn,
    asnName: `Network ${asn}`,
    asnType,
    countryCodeInOfacList: false,
  }
}
