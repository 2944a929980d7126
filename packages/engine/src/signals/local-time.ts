/** Minutes that a time zone is ahead of UTC, by zone and quarter of an hour: no zone changes its offset within one. */
const offsets = new Map<string, { quarter: number; minutes: number }>()
const mostZones = 700

export interface LocalTime {
  /** 0 to 23. */
  hour: number
  /** 1 (Monday) to 7 (Sunday). */
  dayOfWeek: number
}

/** The local hour and day. UTC when no zone is known, or none of that name is. */
export function localTime(at: number, timeZone: string | null): LocalTime {
  const local = at + (timeZone === null ? 0 : offsetMinutes(at, timeZone)) * 60_000
  const day = Math.floor(local / 86_400_000)
  // 1970 began on a Thursday.
  return { hour: Math.floor((local - day * 86_400_000) / 3_600_000), dayOfWeek: ((((day + 3) % 7) + 7) % 7) + 1 }
}

function offsetMinutes(at: number, timeZone: string): number {
  const quarter = Math.floor(at / 900_000)
  const known = offsets.get(timeZone)
  if (known?.quarter === quarter) return known.minutes
  const minutes = askOffset(quarter * 900_000, timeZone)
  if (offsets.size >= mostZones) offsets.clear()
  offsets.set(timeZone, { quarter, minutes })
  return minutes
}

function askOffset(at: number, timeZone: string): number {
  try {
    const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at)
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const match = /^GMT([+-])(\d{2}):(\d{2})/.exec(name)
    return match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
  } catch {
    return 0
  }
}
