import { z } from 'zod'

const isoShape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** An ISO 8601 date or time; becomes milliseconds UTC. Without an offset it is UTC. Refuses a day that its month does not have. */
export const isoTime = z
  .string()
  .max(40)
  .refine((text) => isoShape.test(text) && Number.isFinite(parse(text)), 'is not a time of ISO 8601, such as `2027-01-31T12:00:00Z`')
  .refine(isOfCalendar, 'names a day or an hour that does not exist')
  .transform(parse)

function parse(text: string): number {
  // Only a date is UTC by itself; a local time would be the server's.
  const isLocal = text.includes('T') && !/(Z|[+-]\d{2}:?\d{2})$/.test(text)
  return Date.parse(isLocal ? `${text}Z` : text)
}

/** `Date.parse` makes 3 March of 31 February, and the next day of 24:00. */
function isOfCalendar(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  const exists = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return exists && !text.slice(11).startsWith('24')
}

/** Milliseconds UTC as the wire writes a time. `null`, which is "not yet" in the store, is absent on the wire. */
export function toIso(at: number): string
export function toIso(at: number | null): string | undefined
export function toIso(at: number | null): string | undefined {
  return at === null ? undefined : new Date(at).toISOString()
}
