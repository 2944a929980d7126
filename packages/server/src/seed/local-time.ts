const dayMs = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()
const offsets = new Map<string, Map<number, number>>()

/** Milliseconds UTC of a local hour (with a fraction) of the day that begins at `dayStart`, which is midnight UTC of the same date. */
export function atLocalHour(timeZone: string, dayStart: number, hour: number): number {
  return dayStart + Math.round(hour * 3_600_000) - offsetOf(timeZone, dayStart)
}

/** The hour of the day, 0 to 23, and the day of the week, 0 for Sunday, as people of the time zone have them. */
export function localHour(timeZone: string, at: number): { hour: number; weekday: number } {
  const local = new Date(at + offsetOf(timeZone, at))
  return { hour: local.getUTCHours(), weekday: local.getUTCDay() }
}

/** How far a time zone is ahead of UTC. Asked once for each day, because `Intl` takes its time. */
function offsetOf(timeZone: string, at: number): number {
  const day = Math.floor(at / dayMs)
  const days = offsets.get(timeZone) ?? new Map<number, number>()
  if (days.size === 0) offsets.set(timeZone, days)
  const offset = days.get(day) ?? findOffset(timeZone, day * dayMs + dayMs / 2)
  days.set(day, offset)
  return offset
}

function findOffset(timeZone: string, at: number): number {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
  formats.set(timeZone, format)
  const text = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign = '+', hours = '0', minutes = '0'] = /^GMT([+-])(\d{2}):(\d{2})$/.exec(text) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
