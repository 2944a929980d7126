import { placelessNetworks } from '../facts/placeless-networks.ts'
import { memberHash } from '../features/member-hash.ts'
import { shortHash } from '../hash.ts'
import { slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import { addressKeyOf, networkOf } from './address-key.ts'

/** Where a user came from and with what, in the form in which it is remembered. Read from signals, live or stored. */
export interface Sighting {
  userHash: string
  /** The device as the event names it. */
  deviceHash: string | null
  /**
   * The same, where it counts for what is known. `null`: none was named, or a device with a key came without its proof, so that nothing is
   * known of it and nothing is learnt about it.
   */
  believedDevice: string | null
  address: string | null
  network: string | null
  /**
   * The address says something about who uses it. Private addresses exist in every house, and anonymous, hosting, relay and gateway
   * addresses are shared by many: they earn no trust, and their location is not the user's.
   */
  saysWho: boolean
  /** The location of the address is that of its user. Satellites have addresses that say who, but not where. */
  isPlace: boolean
  /**
   * Where a device is: the autonomous system, or the network where there is no number. `null`: the address does not say.
   */
  networkKey: number | string | null
  asn: number | null
  country: string | null
  latitude: number | null
  longitude: number | null
  accuracyKm: number | null
  timeZone: string | null
  /** Short and plain; '' = not known. */
  browser: string
  os: string
  /** Hash of the user agent. */
  userAgent: string | null
  deviceType: string | null
}

/** `userAgent`: as it was tracked, because no signal holds it. */
export function sightingOf({ values }: Pick<Signals, 'values'>, userAgent: string | undefined): Sighting {
  const address = text(values[slot['ip.address']])
  const deviceId = text(values[slot['device.id']])
  const isPrivate = values[slot['ip.isPrivate']] === true
  const saysWho =
    address !== null &&
    !isPrivate &&
    values[slot['ip.isAnonymous']] !== true &&
    values[slot['ip.isTor']] !== true &&
    values[slot['ip.isVpn']] !== true &&
    values[slot['ip.isProxy']] !== true &&
    values[slot['ip.isHosting']] !== true &&
    values[slot['ip.isRelay']] !== true &&
    values[slot['ip.isGateway']] !== true
  const network = address === null ? null : networkOf(address)
  const deviceHash = deviceId === null ? null : shortHash(deviceId)
  const asn = number(values[slot['ip.asn']])
  return {
    userHash: memberHash(String(values[slot['user.id']])),
    deviceHash,
    believedDevice: values[slot['device.isProven']] === false ? null : deviceHash,
    address: address === null ? null : addressKeyOf(address),
    network,
    saysWho,
    isPlace: saysWho && (asn === null || !placelessNetworks.has(asn)),
    networkKey: saysWho || isPrivate ? (asn ?? network) : null,
    asn,
    country: text(values[slot['ip.location.country.countryCode']]),
    latitude: number(values[slot['ip.location.latitude']]),
    longitude: number(values[slot['ip.location.longitude']]),
    accuracyKm: number(values[slot['ip.location.accuracyKm']]),
    timeZone: text(values[slot['ip.location.timeZone']]),
    browser: nameOf(values[slot['device.browser.name']]),
    os: nameOf(values[slot['device.os.name']]),
    userAgent: userAgent === undefined || userAgent === '' ? null : shortHash(userAgent.length > 512 ? userAgent.slice(0, 512) : userAgent),
    deviceType: text(values[slot['device.type']]),
  }
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function number(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

/** Names of browsers and systems come from user agents, so the sender decides their length and characters. */
function nameOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 24).replace(/[^ !#-[\]-~]/g, '?') : ''
}
