/** The end of a day (`2026-06-01`) in the zone of the reader. `undefined`: it is no day, or it is over. */
export function endOfDay(day: string, now: number): string | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? []
  const end = new Date(Number(year), Number(month) - 1, Number(date), 23, 59, 59)
  return Number.isNaN(end.getTime()) || end.getTime() <= now ? undefined : end.toISOString()
}

/** The day so many days from now, as a date field has it. */
export function dayFrom(now: number, days: number): string {
  const day = new Date(now)
  day.setDate(day.getDate() + days)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`
}
