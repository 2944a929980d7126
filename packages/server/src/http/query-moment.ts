import { z } from 'zod'
import { isoTime } from './iso-time.ts'

/** A time as a query names it: milliseconds UTC, or so many milliseconds before it is asked. */
export type Moment = { at: number } | { ago: number }

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 }

/** A time in a query: ISO 8601, `now`, or an age such as `-3h`. */
export const queryMoment = z.string().max(40).transform(readMoment)

function readMoment(text: string, context: z.RefinementCtx): Moment {
  if (text === 'now') return { ago: 0 }
  const [, number, unit = ''] = /^-(\d{1,5})([smhdw])$/.exec(text) ?? []
  const ms = unitMs[unit]
  if (number !== undefined && ms !== undefined) return { ago: Number(number) * ms }
  const time = isoTime.safeParse(text)
  if (time.success) return { at: time.data }
  const isDate = /^\d{4}-\d{2}-\d{2}/.test(text)
  const message = isDate ? time.error.issues[0]?.message : undefined
  context.addIssue({
    code: 'custom',
    message: message ?? 'is neither a time of ISO 8601, such as `2027-01-31T12:00:00Z`, nor an age, such as `-3h` or `-7d`',
  })
  return z.NEVER
}

/** Milliseconds UTC. */
export function momentAt(moment: Moment, now: number): number {
  return 'at' in moment ? moment.at : now - moment.ago
}
