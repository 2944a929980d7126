import type { TrustOnFirstUse } from '../facts/trust-on-first-use.ts'

/** The first and the last day (UTC, since 1970) with a success, and how many there were. */
export type FirstDays = [first: number, last: number, days: number]

/**
 * An account that is hardly used has no first days for ever: whoever steals it later would be taken for its owner. As many days as a tenant may
 * set, so that users who come daily have all of theirs.
 */
const mostCalendarDays = 14
const mostDays = 99

/** The first days of an account about which nothing is to be taken on trust. */
export const overFirstDays: FirstDays = Object.freeze<FirstDays>([0, 0, mostDays]) as FirstDays

/** True when a success on this day is one of the first days'. `undefined`: there was none before. */
export function isInFirstDays(first: FirstDays | undefined, day: number, { days }: TrustOnFirstUse): boolean {
  if (first === undefined) return days > 0
  const [since, last, count] = first
  return day - since <= mostCalendarDays && (day <= last ? count <= days : count < days)
}

export function addFirstDay(first: FirstDays | undefined, day: number): FirstDays {
  if (first === undefined) return [day, day, 1]
  const [since, last, count] = first
  return day <= last || count >= mostDays ? first : [since, day, count + 1]
}
