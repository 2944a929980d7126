import type { Answer } from '../../api/api.ts'

export type Profile = Answer<'get', '/users/{userId}/profile'>
export type UserEvent = Answer<'get', '/events'>['events'][number]

/** How one thing of an event compares with the profile. `first`: it became usual with this event. */
export interface Compared<T> {
  value: T
  standing: 'usual' | 'first' | 'unlike'
}

/** Where an event stands in the picture of what is usual. `undefined`: the event does not say. */
export interface Place {
  /** The address as the profile keeps it. */
  address: Compared<string> | undefined
  country: Compared<string> | undefined
  device: Compared<string> | undefined
  /** The hour of the user's day, 0 to 23. */
  hour: Compared<number> | undefined
}

const endedWell: readonly string[] = ['ALLOW', 'CHALLENGE_SUCCEEDED', 'REVIEW_SUCCEEDED']

/** Finds an event in what is usual for its user. */
export function placeOf(event: UserEvent, profile: Profile): Place {
  const taught = endedWell.includes(event.state)
  const address = event.ipAddress === undefined ? undefined : keptAddress(event.ipAddress, profile)
  const hour = hourOf(event.createdAt, profile.hours.timeZone)
  const isUnusual = hour !== undefined && profile.hours.isUnusual?.[hour] === true
  return {
    address: compare(address, profile.addresses, (one) => one.address, taught),
    country: compare(event.country, profile.countries, (one) => one.countryCode, taught),
    device: compare(event.deviceId, profile.devices, (one) => one.deviceId, taught),
    hour: hour === undefined ? undefined : { value: hour, standing: isUnusual ? 'unlike' : 'usual' },
  }
}

/** An address or a device that is only seen is still new to rules, so it is not usual either. */
function compare<T extends { timesSeen: number; standing?: string }>(
  value: string | undefined,
  usual: readonly T[],
  nameOf: (one: T) => string | undefined,
  taught: boolean,
): Compared<string> | undefined {
  if (value === undefined) return undefined
  const known = usual.find((one) => nameOf(one) === value)
  if (known === undefined || known.standing === 'seen') return { value, standing: 'unlike' }
  return { value, standing: taught && known.timesSeen === 1 ? 'first' : 'usual' }
}

const words = { address: 'the address', country: 'the country', device: 'the device', hour: 'the hour' } as const

/** What of an event compares so, in words: `the address`, `the hour`. */
export function partsThat(standing: Compared<unknown>['standing'], place: Place): string[] {
  return (['address', 'country', 'device', 'hour'] as const).flatMap((part) => (place[part]?.standing === standing ? [words[part]] : []))
}

/** An IPv4 address is kept as it is, an IPv6 address as its /64. */
function keptAddress(address: string, profile: Profile): string {
  if (!address.includes(':')) return address
  const kept = `${firstGroups(address, 4)}`
  return (
    profile.addresses.find((usual) => usual.address.includes(':') && firstGroups(usual.address.replace(/\/64$/, ''), 4) === kept)
      ?.address ?? address
  )
}

/** The first groups of an IPv6 address, written out, to compare two spellings. */
function firstGroups(address: string, count: number): string {
  const [before = '', after] = address.toLowerCase().split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? [] : Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0')
  return [...head, ...zeros, ...tail]
    .slice(0, count)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')
}

/** The hour of a time in a zone, UTC where none is known. */
export function hourOf(at: string, timeZone = 'UTC'): number | undefined {
  const ms = Date.parse(at)
  if (Number.isNaN(ms)) return undefined
  try {
    const hour = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone }).format(ms)
    return Number(hour)
  } catch {
    return new Date(ms).getUTCHours()
  }
}
