export interface LocalTime {
  /** 0 to 23. */
  hour: number
  /** 1 (Monday) to 7 (Sunday). */
  dayOfWeek: number
}

const quarterMs = 900_000
const dayMs = 86_400_000

/**
 * Minutes ahead of UTC by zone, each for the stretch of time that was last asked for. A cache of a pure function: what is dropped is
 * computed again.
 */
const offsets = new Map<string, Offset>()
const mostZones = 700

interface Offset {
  from: number
  until: number
  minutes: number
}

/** The local hour and day. UTC when the zone is not known or does not exist. */
export function localTime(at: number, timeZone: string | null): LocalTime {
  const local = at + (timeZone === null ? 0 : offsetMinutes(at, timeZone)) * 60_000
  const day = Math.floor(local / dayMs)
  // 1970 began on a Thursday.
  return { hour: Math.floor((local - day * dayMs) / 3_600_000), dayOfWeek: ((((day + 3) % 7) + 7) % 7) + 1 }
}

function offsetMinutes(at: number, timeZone: string): number {
  const known = offsets.get(timeZone)
  if (known !== undefined && at >= known.from && at < known.until) return known.minutes
  const offset = offsetAround(at, timeZone)
  if (offsets.size >= mostZones) offsets.clear()
  offsets.set(timeZone, offset)
  return offset.minutes
}

/** No zone changes its offset within a quarter of an hour, and on most days no zone changes it at all. */
function offsetAround(at: number, timeZone: string): Offset {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    const day = Math.floor(at / dayMs) * dayMs
    const minutes = offsetAt(format, day)
    if (minutes === offsetAt(format, day + dayMs)) return { from: day, until: day + dayMs, minutes }
    const quarter = Math.floor(at / quarterMs) * quarterMs
    return { from: quarter, until: quarter + quarterMs, minutes: offsetAt(format, quarter) }
  } catch {
    return { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, minutes: 0 }
  }
}

function offsetAt(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const match = /^GMT([+-])(\d{2}):(\d{2})/.exec(name)
  return match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
}
