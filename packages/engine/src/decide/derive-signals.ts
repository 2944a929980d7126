import type { TrackedEvent } from '../facts/event.ts'
import { isMissing, isUnavailable, type Known, NOT_APPLICABLE, NOT_PROVIDED, UNAVAILABLE } from '../facts/missing.ts'
import { isSignedDeviceId } from '../facts/signed-device-id.ts'
import type { UserFacts } from '../facts/user-facts.ts'
import { countWithin } from '../features/count-window.ts'
import { countDistinct } from '../features/distinct-window.ts'
import type { FeatureGroup } from '../features/feature-windows.ts'
import { readFeature } from '../features/feature-windows.ts'
import { reputationOf, usersOfAddress } from '../learning/address-record.ts'
import { findAddress, isRecognised, isTrusted } from '../learning/address-trust.ts'
import { usersOfDevice } from '../learning/device-record.ts'
import { type DeviceTrust, findDevice, isKnownDevice, isTrustedDevice, provenAt } from '../learning/device-trust.ts'
import { type Familiar, hasHistory, isFamiliar } from '../learning/familiar.ts'
import { isUnusualHour } from '../learning/hours.ts'
import { lastPlaceOf } from '../learning/last-place.ts'
import { type Memory, recordFor } from '../learning/memory.ts'
import type { Sighting } from '../learning/sighting.ts'
import { distinctLast24Hours, distinctLastHour, last24Hours, lastHour } from '../learning/user-profile.ts'
import { userTime } from '../learning/user-time.ts'
import { isAtHome } from '../learning/vouch.ts'
import { nothing } from '../signals/bare.ts'
import { inputSignals } from '../signals/input-signals.ts'
import { signalRegistry, slot } from '../signals/registry.ts'
import type { Signals, SignalValue } from '../signals/signals.ts'
import { isAtypicalPlace } from './atypical-place.ts'
import { countInUse, findDeviceFacts } from './device-index.ts'
import { judgeTravel } from './travel.ts'
import { wholeDays } from './whole-days.ts'

type Values = Known<SignalValue>[]

const dayMs = 86_400_000
const nothingProvided: readonly Known<SignalValue>[] = signalRegistry.map(() => NOT_PROVIDED)

/**
 * The signals of the event itself: the facts of the address and the user agent, and the user's record. All other signals are still missing.
 */
export function factSignals(event: TrackedEvent, user: UserFacts): Values {
  const values: Values = nothingProvided.slice()
  inputSignals(values, event.userId, event.ip?.address ?? null, event.deviceId, user)
  const { ip, userAgent } = event
  if (ip !== null) {
    values[slot['ip.address']] = ip.address
    values[slot['ip.isPrivate']] = ip.isPrivate
    values[slot['ip.isAnonymous']] = ip.isAnonymous
    values[slot['ip.isTor']] = ip.isTor
    values[slot['ip.isVpn']] = ip.isVpn
    values[slot['ip.isProxy']] = ip.isProxy
    values[slot['ip.isHosting']] = ip.isHosting
    values[slot['ip.isRelay']] = ip.isRelay
    values[slot['ip.isCrawler']] = ip.isCrawler
    values[slot['ip.isGateway']] = ip.isGateway
    values[slot['ip.anonymityConfidence']] = rounded(ip.anonymityConfidence, 100)
    values[slot['ip.asn']] = placed(ip.isPrivate, ip.asn)
    values[slot['ip.asnName']] = placed(ip.isPrivate, ip.asnName)
    values[slot['ip.asnType']] = placed(ip.isPrivate, ip.asnType)
    values[slot['ip.location.country.countryCode']] = placed(ip.isPrivate, ip.countryCode)
    values[slot['ip.location.city.name']] = placed(ip.isPrivate, ip.cityName)
    values[slot['ip.location.latitude']] = rounded(placed(ip.isPrivate, ip.latitude), 1e4)
    values[slot['ip.location.longitude']] = rounded(placed(ip.isPrivate, ip.longitude), 1e4)
    values[slot['ip.location.accuracyKm']] = rounded(placed(ip.isPrivate, ip.accuracyKm), 1)
    values[slot['ip.location.timeZone']] = placed(ip.isPrivate, ip.timeZone)
    values[slot['ip.countryCodeInOfacList']] = placed(ip.isPrivate, ip.countryCodeInOfacList)
  }
  if (userAgent !== null) {
    values[slot['device.isBot']] = userAgent.isBot
    values[slot['device.browser.name']] = userAgent.browserName
    values[slot['device.os.name']] = userAgent.osName
    values[slot['device.type']] = userAgent.deviceType
  }
  values[slot['device.isProven']] = isProven(event)
  values[slot['user.isEnrolled']] = user.enrolledMethods.length > 0
  values[slot['user.hasPasskey']] = user.enrolledMethods.includes('PASSKEY')
  values[slot['user.enrolledMethods']] = user.enrolledMethods
  values[slot['user.accountAgeDays']] = user.createdAt === null ? 0 : wholeDays(event.at - user.createdAt)
  return values
}

/** An id without a key has nothing to prove. */
function isProven({ deviceId, deviceProof }: TrackedEvent): Known<boolean> {
  if (deviceId === null) return NOT_PROVIDED
  if (deviceProof !== undefined) return deviceProof === 'valid'
  return isSignedDeviceId(deviceId) ? false : NOT_APPLICABLE
}

/** Fills in the signals that come from memory. `touched` is `before` with this event in it: counts include the event, habits do not. */
export function historySignals(values: Values, before: Memory, touched: Memory, sighting: Sighting, user: UserFacts, at: number): void {
  const { user: profile } = before
  values[slot['user.hasPreviouslyVerified']] = profile.passed > 0
  values[slot['user.daysSinceLastAction']] = profile.last === 0 ? NOT_APPLICABLE : wholeDays(at - profile.last)
  addressSignals(values, before, touched, sighting, at)
  deviceSignals(values, before, touched, sighting, user, at)
  velocitySignals(values, touched, at)

  const { hour, dayOfWeek } = userTime(profile, sighting, at)
  values[slot['time.hour']] = hour
  values[slot['time.dayOfWeek']] = dayOfWeek
  values[slot['time.isUnusualHour']] = isUnusualHour(profile.hours, hour) ?? NOT_APPLICABLE
}

function addressSignals(values: Values, before: Memory, touched: Memory, sighting: Sighting, at: number): void {
  const { address, network, saysWho } = sighting
  if (address === null) return
  const { user: profile } = before
  const minute = Math.floor(at / 60_000)
  const day = Math.floor(at / dayMs)
  if (touched.address !== null) {
    values[slot['ip.reputation']] = reputationOf(touched.address, at)
    values[slot['ip.usersLast24h']] = countDistinct(touched.address.users, usersOfAddress, at)
    values[slot['ip.failedChallengesLast24h']] = countWithin(touched.address.failed ?? [], last24Hours, at)
  }
  const entry = findAddress(profile.trust, address, minute)
  const isHosting = values[slot['ip.isHosting']]
  // An address that may be shared by anybody is not trusted for its history.
  values[slot['ip.isTrusted']] = saysWho && isTrusted(entry, minute) ? (isUnavailable(isHosting) ? UNAVAILABLE : true) : false
  values[slot['ip.isUnrecognized']] = !isRecognised(entry, minute)
  values[slot['ip.daysSinceFirstSeen']] = entry === undefined ? 0 : wholeDays((minute - entry[1]) * 60_000)
  values[slot['ip.timesSeen']] = entry?.[3] ?? 0
  values[slot['ip.isNewCountry']] = isNew(profile.countries, values[slot['ip.location.country.countryCode']], day)
  values[slot['ip.isNewAsn']] = isNew(profile.asns, values[slot['ip.asn']], day)
  values[slot['ip.isNewNetwork']] =
    values[slot['ip.isPrivate']] === true ? NOT_APPLICABLE : isNew(profile.networks, network ?? NOT_APPLICABLE, day)

  const latitude = values[slot['ip.location.latitude']] ?? NOT_PROVIDED
  const travel = judgeTravel(lastPlaceOf(profile), sighting, at)
  values[slot['ip.travel.verdict']] = travel.verdict
  values[slot['ip.impossibleTravel']] = travel.isImpossible
  values[slot['ip.travel.distanceKm']] = travel.distanceKm
  values[slot['ip.travel.speedKmh']] = travel.speedKmh
  values[slot['ip.atypicalTravel']] = isAtypicalPlace(profile, sighting, latitude, day)
}

/** True for a value that is not known to be the user's, however often it was seen. Without a history nothing is new. */
function isNew<Key extends string | number>(
  list: readonly Familiar<Key>[],
  value: Known<SignalValue> | undefined,
  day: number,
): Known<boolean> {
  if (value === undefined) return NOT_PROVIDED
  if (typeof value !== 'string' && typeof value !== 'number') return isMissing(value) ? value : NOT_APPLICABLE
  return hasHistory(list, day) ? !isFamiliar(list, value as Key, day) : NOT_APPLICABLE
}

function deviceSignals(values: Values, before: Memory, touched: Memory, sighting: Sighting, user: UserFacts, at: number): void {
  const { user: profile } = before
  const { deviceHash, believedDevice, browser, os } = sighting
  const minute = Math.floor(at / 60_000)
  const day = Math.floor(at / dayMs)
  const deviceId = values[slot['device.id']]
  const facts = typeof deviceId === 'string' ? findDeviceFacts(user, deviceId) : undefined
  // The device that is used now counts, even if it is not on record yet or was invalidated.
  const isLeftOut = facts === undefined ? deviceHash !== null : facts.invalidatedAt !== null
  values[slot['device.count']] = countInUse(user) + Number(isLeftOut)
  const hasSystem = os !== ''
  const hasBrowser = browser !== ''
  if (deviceHash === null || touched.device === null) {
    values[slot['device.browserChanged']] = hasBrowser ? isNew(profile.browsers, browser, day) : NOT_PROVIDED
    values[slot['device.osChanged']] = hasSystem ? isNew(profile.systems, os, day) : NOT_PROVIDED
    return
  }
  const isDenied = believedDevice === null
  const found = isDenied ? undefined : findDevice(profile.devices, believedDevice, minute)
  const invalidatedAt = facts?.invalidatedAt ?? null
  // What was learnt before the device was invalidated no longer counts.
  const counts = found !== undefined && isKnownDevice(found, minute) && (invalidatedAt === null || provenAt(found) * 60_000 > invalidatedAt)
  const entry = counts ? found : undefined
  const isAt = entry === undefined ? null : isAtHome(profile, entry, sighting, day)
  values[slot['device.isNew']] = entry === undefined
  values[slot['device.isTrusted']] = invalidatedAt === null && isTrustedDevice(entry, minute, browser, os)
  values[slot['device.isRemembered']] = !isDenied && invalidatedAt === null && (facts?.rememberedUntil ?? 0) > at
  values[slot['device.ageDays']] = entry === undefined ? 0 : wholeDays((minute - entry[1]) * 60_000)
  values[slot['device.usersLast30d']] = countDistinct(touched.device.users, usersOfDevice, at)
  values[slot['device.browserChanged']] = changed(hasBrowser, browser, entry?.[5])
  values[slot['device.osChanged']] = changed(hasSystem, os, entry?.[6])
  values[slot['device.networkChanged']] = isAt === null ? NOT_APPLICABLE : !isAt
  values[slot['device.isPlausible']] = isDenied ? false : isPlausible(entry, sighting, isAt)
}

/** Whether a known device id comes from where it was proven. An id is a text that anybody can copy: what comes with it has to fit. */
function isPlausible(entry: DeviceTrust | undefined, { browser, os }: Sighting, isAtHome: boolean | null): Known<boolean> {
  if (entry === undefined) return NOT_APPLICABLE
  if ((browser !== '' && entry[5] !== browser) || (os !== '' && entry[6] !== os) || isAtHome === false) return false
  if (browser === '' || os === '') return NOT_PROVIDED
  return isAtHome ?? NOT_APPLICABLE
}

function changed(isGiven: boolean, now: string, before: string | undefined): Known<boolean> {
  if (!isGiven) return NOT_PROVIDED
  return before === undefined || before === '' ? NOT_APPLICABLE : before !== now
}

function velocitySignals(values: Values, { user }: Memory, at: number): void {
  values[slot['velocity.actions10m']] = countWithin(user.acts, lastHour, at, 10)
  values[slot['velocity.actions1h']] = countWithin(user.acts, lastHour, at)
  values[slot['velocity.actions24h']] = countWithin(user.acts24h, last24Hours, at)
  values[slot['velocity.devices1h']] = countDistinct(user.devs, distinctLastHour, at)
  values[slot['velocity.ips1h']] = countDistinct(user.ips, distinctLastHour, at)
  values[slot['velocity.countries24h']] = countDistinct(user.cos, distinctLast24Hours, at)
  values[slot['velocity.failedChallenges1h']] = countWithin(user.failed ?? [], lastHour, at)
}

/** Holds values by name and inherits nothing, yet is read as fast as an object with a fixed shape. */
interface FeatureValues {
  [name: string]: Known<number>
}
const FeatureValues = function FeatureValues() {} as unknown as new () => FeatureValues
FeatureValues.prototype = Object.freeze(Object.create(null))

/**
 * The declared velocity features, from the memory that includes the event. A feature whose window is not complete yet is not applicable.
 */
export function featureSignals(groups: readonly FeatureGroup[], touched: Memory, at: number): Signals['features'] {
  if (groups.length === 0) return nothing
  const values = new FeatureValues()
  for (const { per, features } of groups) {
    const record = recordFor(touched, per)
    for (const feature of features) {
      const { name, completeFrom } = feature.definition
      if (record === null) values[name] = NOT_PROVIDED
      else if (completeFrom !== undefined && at < completeFrom) values[name] = NOT_APPLICABLE
      else values[name] = readFeature(record.x, feature, at)
    }
  }
  return values
}

function placed<T>(isPrivate: boolean, value: Known<T>): Known<T> {
  return isPrivate ? NOT_APPLICABLE : value
}

function rounded(value: Known<number>, steps: number): Known<number> {
  return typeof value === 'number' ? Math.round(value * steps) / steps + 0 : value
}
