import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import { type Moment, momentAt } from '../http/query-moment.ts'

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
export const weekMs = 7 * dayMs

/** Whole buckets. Milliseconds UTC, inclusive and exclusive. */
export interface OverviewRange {
  from: number
  to: number
  bucket: 'hour' | 'day'
  bucketMs: number
}

const mostDays = 400
const mostDaysByHour = 92
/** A longer range is shown by day unless hours are asked for. */
const daysByHour = 8

/** Without bounds the last day. Refuses a range that is empty or has more buckets than anybody looks at. */
export function toOverviewRange(
  query: { from?: Moment | undefined; to?: Moment | undefined; bucket?: 'hour' | 'day' | undefined },
  now: number,
): OverviewRange {
  const end = query.to === undefined ? now : momentAt(query.to, now)
  const begin = query.from === undefined ? end - dayMs : momentAt(query.from, now)
  const problems: string[] = []
  if (begin >= end) problems.push('`from` must be before `to`: swap them, or leave one out')
  const days = (end - begin) / dayMs
  const bucket = query.bucket ?? (days <= daysByHour ? 'hour' : 'day')
  const most = bucket === 'hour' ? mostDaysByHour : mostDays
  if (days > most)
    problems.push(
      `an overview by ${bucket} covers at most ${most} days: choose a later \`from\`${bucket === 'hour' ? ', or `bucket=day`' : ''}`,
    )
  if (problems.length > 0) throw new ApiError('invalid_request', problems.join('; '))
  const bucketMs = bucket === 'hour' ? hourMs : dayMs
  return { bucket, bucketMs, from: Math.floor(begin / bucketMs) * bucketMs, to: Math.ceil(end / bucketMs) * bucketMs }
}

/** The parameters of `GET events` for a range. */
export function rangeQuery({ from, to }: { from: number; to: number }): { from: string; to: string } {
  return { from: toIso(from), to: toIso(to) }
}
