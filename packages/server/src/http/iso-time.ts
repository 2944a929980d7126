import { z } from 'zod'

const isoShape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** An ISO 8601 date or time; becomes milliseconds UTC. Without an offset it is UTC. */
export const isoTime = z
  .string()
  .max(40)
  .refine((text) => isoShape.test(text) && Number.isFinite(parse(text)), 'is not an ISO 8601 time')
  .transform(parse)

function parse(text: string): number {
  // Only a date is UTC by itself; a local time would be the server's.
  const isLocal = text.includes('T') && !/(Z|[+-]\d{2}:?\d{2})$/.test(text)
  return Date.parse(isLocal ? `${text}Z` : text)
}

/** Milliseconds UTC as the wire writes a time. `null`, which is "not yet" in the store, is absent on the wire. */
export function toIso(at: number): string
export function toIso(at: number | null): string | undefined
export function toIso(at: number | null): string | undefined {
  return at === null ? undefined : new Date(at).toISOString()
}
