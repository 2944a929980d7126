import { isMissing, isUnavailable, type Known } from '../facts/missing.ts'
import type { TrustOnFirstUse } from '../facts/trust-on-first-use.ts'
import { slot } from '../signals/registry.ts'
import type { SignalValue } from '../signals/signals.ts'
import { type Vouched, vouchers } from '../stored/vouched.ts'
import * as addresses from './address-trust.ts'
import * as devices from './device-trust.ts'
import { isFamiliar } from './familiar.ts'
import { isInFirstDays } from './first-days.ts'
import type { Sighting } from './sighting.ts'
import { isFirstSuccess } from './success-counts.ts'
import type { UserProfile } from './user-profile.ts'

/**
 * An address from which more users came in a day is an office, a campus or a carrier's gateway: to be there says nothing about who brings a
 * new device.
 */
const mostUsersOfHome = 5

const nothing: Vouched = Object.freeze({ place: 0, device: 0 })

/** What of the event counts. `isInvalidated`: somebody invalidated the device, so only a challenge makes it known again. */
export interface Claim {
  profile: UserProfile
  sighting: Sighting
  values: readonly Known<SignalValue>[]
  isInvalidated: boolean
  at: number
}

/**
 * What vouches for an event, so that it proves something when it ends well without a challenge. Everything else is only seen.
 *
 * - **The first days** of the account vouch for a few addresses and devices, but not for an address that hides its user or may do so, and not
 *   for a device id that shows another client than before. The first passed challenge ends them: from then on there is better proof.
 * - **Company**: a proven device vouches for an address, on the operating system, the browser and in a network where it was proven, in a
 *   country that is known, unless nobody can have travelled there. A proven address vouches for a device, unless many people share it.
 *
 * A device that has a key and comes without its proof vouches for nothing, and nothing vouches for it: its id may be a copy.
 *
 * INVARIANT: only a challenge and the first days make an address or a device vouch for others. What became known by company does not, so
 * that nobody can walk from one proven thing to a place and a device of their own.
 */
export function vouchFor(claim: Claim, settings: TrustOnFirstUse): Vouched {
  const { profile, sighting, values, isInvalidated, at } = claim
  const { address, deviceHash, believedDevice, browser, os } = sighting
  const minute = Math.floor(at / 60_000)
  const day = Math.floor(at / 86_400_000)
  const from = address === null ? undefined : addresses.findAddress(profile.trust, address, minute)
  const found = believedDevice === null ? undefined : devices.findDevice(profile.devices, believedDevice, minute)
  const isDeviceKnown = found !== undefined && !isInvalidated && devices.isKnownDevice(found, minute)
  const isSameClient = isDeviceKnown && devices.fitsClient(found, browser, os)
  const isDenied = deviceHash !== null && believedDevice === null
  const mayBeOfDevice = !isDenied && !isInvalidated && !(isDeviceKnown && devices.contradictsClient(found, browser, os))
  const tellsWho = sighting.saysWho && !mayHideUser(values)

  let place = 0
  let device = 0
  if (isEarly(profile, day, settings) && isOpenAboutUser(values)) {
    if (tellsWho && isOneOf(from, profile.trust, addresses.isOfFirstDays, settings.addresses)) place |= vouchers.firstDays
    if (mayBeOfDevice && isOneOf(found, profile.devices, devices.isOfFirstDays, settings.devices)) device |= vouchers.firstDays
  }

  if (found !== undefined && isSameClient && canDeviceVouch(claim, found, minute, day)) {
    if (tellsWho) place |= devices.isProvenDevice(found, minute) ? vouchers.company | vouchers.provenCompany : vouchers.company
    device |= vouchers.company
  }
  if (from !== undefined && tellsWho && addresses.canAddressVouch(from, minute)) {
    const isOfUser = deviceHash === null ? isUsualClient(profile, sighting, day) : isSameClient
    if (mayBeOfDevice && (isOfUser || !isShared(values))) {
      place |= vouchers.company
      device |= vouchers.company
    }
  }
  return place === 0 && device === 0 ? nothing : { place, device }
}

/** True when the device was proven in this network and country. `null`: where it is cannot be told. */
export function isAtHome(
  { networks, asns, countries }: Usual,
  entry: devices.DeviceTrust,
  sighting: Sighting,
  day: number,
): boolean | null {
  const { networkKey, country } = sighting
  if (networkKey === null) return null
  // A device of an earlier release is at home where its user is.
  const isHere =
    entry[11]?.includes(networkKey) ?? isFamiliar<string | number>(typeof networkKey === 'number' ? asns : networks, networkKey, day)
  if (!isHere) return false
  return country === null || countries.length === 0 || isFamiliar(countries, country, day)
}

type Usual = Pick<UserProfile, 'networks' | 'asns' | 'countries'>

function canDeviceVouch({ profile, sighting, values }: Claim, entry: devices.DeviceTrust, minute: number, day: number): boolean {
  if (!devices.canDeviceVouch(entry, minute) || values[slot['ip.impossibleTravel']] === true) return false
  return sighting.address === null || isAtHome(profile, entry, sighting, day) === true
}

/** True when the first days made it known already, or may make one more known. */
function isOneOf<Entry>(entry: Entry | undefined, list: readonly Entry[], isOfFirstDays: (entry: Entry) => boolean, most: number): boolean {
  if (entry !== undefined && isOfFirstDays(entry)) return true
  let count = 0
  for (const one of list) if (isOfFirstDays(one)) count += 1
  return count < most
}

/** True in the first days. A profile of an earlier release has no count of them and is past them. */
function isEarly(profile: UserProfile, day: number, settings: TrustOnFirstUse): boolean {
  const { first, trust, devices } = profile
  if (first === undefined && !(trust.length === 0 && devices.length === 0 && isFirstSuccess(profile))) return false
  return isInFirstDays(first, day, settings)
}

function isUsualClient({ browsers, systems }: UserProfile, { browser, os }: Sighting, day: number): boolean {
  return isFamiliar(browsers, browser, day) && isFamiliar(systems, os, day)
}

/** A private address, a relay and a gateway say nothing about the place, but nobody chose them to hide. */
const hiding = [slot['ip.isAnonymous'], slot['ip.isTor'], slot['ip.isVpn'], slot['ip.isProxy'], slot['ip.isHosting']]

/** Missing data is never treated as safe: where nobody can tell whether a network is one of hosting, its address may be anything. */
function mayHideUser(values: Claim['values']): boolean {
  return isUnavailable(values[slot['ip.isHosting']])
}

function isOpenAboutUser(values: Claim['values']): boolean {
  return !mayHideUser(values) && !hiding.some((position) => values[position] === true)
}

function isShared(values: Claim['values']): boolean {
  const users = values[slot['ip.usersLast24h']]
  return values[slot['ip.asnType']] === 'mobile' || users === undefined || isMissing(users) || Number(users) > mostUsersOfHome
}
