/** The day of a time in milliseconds UTC, as `YYYY-MM-DD`. */
export function dayOf(dataDate: number): string {
  return new Date(dataDate).toISOString().slice(0, 10)
}
