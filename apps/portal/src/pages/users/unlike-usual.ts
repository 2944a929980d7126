import type { Answer } from '../../api/api.ts'

export type Profile = Answer<'get', '/users/{userId}/profile'>
export type UserEvent = Answer<'get', '/events'>['events'][number]

/** Where an event stands in the picture of what is usual. `undefined`: the event does not say. */
export interface Place {
  /** The address as the profile keeps it, and whether it is one of the usual ones. */
  address: { value: string; isUsual: boolean } | undefined
  country: { value: string; isUsual: boolean } | undefined
  device: { value: string; isUsual: boolean } | undefined
  /** The hour of the user's day, 0 to 23. */
  hour: { value: number; isUsual: boolean } | undefined
}

/** Finds an event in what is usual for its user. */
export function placeOf(event: UserEvent, profile: Profile): Place {
  const address = event.ipAddress === undefined ? undefined : keptAddress(event.ipAddress, profile)
  const hour = hourOf(event.createdAt, profile.hours.timeZone)
  const isUnusual = hour === undefined ? undefined : profile.hours.isUnusual?.[hour]
  return {
    address: address === undefined ? undefined : { value: address, isUsual: profile.addresses.some((usual) => usual.address === address) },
    country:
      event.country === undefined
        ? undefined
        : known(
            event.country,
            profile.countries.map(({ countryCode }) => countryCode),
          ),
    device:
      event.deviceId === undefined
        ? undefined
        : known(
            event.deviceId,
            profile.devices.map(({ deviceId }) => deviceId),
          ),
    hour: hour === undefined ? undefined : { value: hour, isUsual: isUnusual === undefined || !isUnusual },
  }
}

function known(value: string, usual: readonly (string | undefined)[]): { value: string; isUsual: boolean } {
  return { value, isUsual: usual.includes(value) }
}

/** What of an event is not usual, in words: `the address, the hour`. Empty: all of it is as usual. */
export function unlikeWords({ address, country, device, hour }: Place): string[] {
  const parts = [
    ['the address', address],
    ['the country', country],
    ['the device', device],
    ['the hour', hour],
  ] as const
  return parts.flatMap(([words, place]) => (place !== undefined && !place.isUsual ? [words] : []))
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
