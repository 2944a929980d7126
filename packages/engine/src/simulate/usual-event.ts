import type { AsnType, IpFacts, TrackedEvent } from '../facts/event.ts'
import { isMissing, type Known, NOT_PROVIDED } from '../facts/missing.ts'
import { parseUserAgent } from '../facts/user-agent.ts'
import { networkOf } from '../learning/address-key.ts'
import { readUserProfile, type UserProfile } from '../learning/user-profile.ts'
import { bare } from '../signals/bare.ts'
import { decodeSignals } from '../signals/encoding.ts'
import { localTime } from '../signals/local-time.ts'
import { type SignalName, slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import type { Instance } from '../stored/instance.ts'
import type { Snapshot } from '../stored/snapshot.ts'

const hourMs = 3_600_000

/**
 * The event that the user would send next if nothing changed: the address, user agent, device and data of a past instance, with the facts
 * about the address known then, within a day of `now` at the hour when the user is most often active. What was not sent or not known then
 * is missing.
 */
export function usualEvent(instance: Instance, snapshot: Snapshot, now: number): TrackedEvent {
  const { tenantId, userId, action, tracked, dataVersion } = instance
  const signals = decodeSignals(instance)
  const ip = ipFactsOf(signals)
  return {
    tenantId,
    userId,
    action,
    idempotencyKey: 'simulated',
    at: usualTime(readUserProfile(snapshot.entities.user), ip, now),
    ip,
    userAgent: tracked.userAgent === undefined ? null : parseUserAgent(tracked.userAgent),
    deviceId: tracked.deviceId ?? null,
    ...(signals.values[slot['device.isProven']] === true && { deviceProof: 'valid' }),
    custom: bare(tracked.custom),
    tracked: { ...tracked, ipAddress: ip?.address },
    dataVersion,
  }
}

/** The smallest whole number of hours from now at which the user was active most often, counting the neighbouring hours. */
function usualTime({ hours, at: located }: UserProfile, ip: IpFacts | null, now: number): number {
  if (hours.length === 0) return now
  const timeZone = typeof ip?.timeZone === 'string' ? ip.timeZone : (located?.[4] ?? '')
  let [best, most] = [now, -1]
  for (let i = 0; i < 24; i++) {
    const at = now + i * hourMs
    const { hour } = localTime(at, timeZone === '' ? null : timeZone)
    const times = (hours[(hour + 23) % 24] ?? 0) + (hours[hour] ?? 0) + (hours[(hour + 1) % 24] ?? 0)
    if (times > most) [best, most] = [at, times]
  }
  return best
}

function ipFactsOf({ values }: Pick<Signals, 'values'>): IpFacts | null {
  const address = text('ip.address')
  if (typeof address !== 'string') return null
  return {
    address,
    version: address.includes(':') ? 6 : 4,
    network: networkOf(address),
    isPrivate: truth('ip.isPrivate') === true,
    isTor: truth('ip.isTor'),
    isVpn: truth('ip.isVpn'),
    isProxy: truth('ip.isProxy'),
    isHosting: truth('ip.isHosting'),
    isRelay: truth('ip.isRelay'),
    isCrawler: truth('ip.isCrawler'),
    isGateway: truth('ip.isGateway'),
    isAnonymous: truth('ip.isAnonymous'),
    anonymityConfidence: number('ip.anonymityConfidence'),
    asn: number('ip.asn'),
    asnName: text('ip.asnName'),
    asnType: text('ip.asnType') as Known<AsnType>,
    countryCode: text('ip.location.country.countryCode'),
    cityName: text('ip.location.city.name'),
    latitude: number('ip.location.latitude'),
    longitude: number('ip.location.longitude'),
    accuracyKm: number('ip.location.accuracyKm'),
    timeZone: text('ip.location.timeZone'),
    countryCodeInOfacList: truth('ip.countryCodeInOfacList'),
  }

  function truth(name: SignalName): Known<boolean> {
    const value = values[slot[name]]
    return typeof value === 'boolean' || isMissing(value) ? value : NOT_PROVIDED
  }
  function number(name: SignalName): Known<number> {
    const value = values[slot[name]]
    return typeof value === 'number' || isMissing(value) ? value : NOT_PROVIDED
  }
  function text(name: SignalName): Known<string> {
    const value = values[slot[name]]
    return typeof value === 'string' || isMissing(value) ? value : NOT_PROVIDED
  }
}
