const days = new Map<number, string>()

/** The day of a time in milliseconds UTC, as `YYYY-MM-DD`. Meant for the few dates that data sets have: it keeps what it made. */
export function dayOf(dataDate: number): string {
  let day = days.get(dataDate)
  if (day === undefined) {
    day = new Date(dataDate).toISOString().slice(0, 10)
    days.set(dataDate, day)
  }
  return day
}
