import type { paths } from '../../../generated/api-types.ts'
import { parseTimeRange, type TimeRange, writeTimeRange } from '../../url/time-range.ts'

/** What a search of events is asked with. */
export type EventQuery = NonNullable<paths['/events']['get']['parameters']['query']>

/**
 * The address with `from` and `to`, as the API and links of other pages have them, written as the time range of the portal. `undefined`: it has neither.
 */
export function withOwnTime(search: string, now: number): string | undefined {
  const params = new URLSearchParams(search)
  const [from, to] = [params.get('from'), params.get('to')]
  if (from === null && to === null) return undefined
  params.delete('from')
  params.delete('to')
  const range = rangeOf(from, to, now)
  if (range !== undefined) params.set('time', writeTimeRange(range))
  return params.toString()
}

/** Without a beginning, the 90 days before the end. */
function rangeOf(from: string | null, to: string | null, now: number): TimeRange | undefined {
  const isOpen = to === null || to === 'now'
  const last = isOpen && from !== null ? parseTimeRange(inDays(from)) : undefined
  if (last !== undefined) return last
  const end = isOpen ? now : momentOf(to, now)
  if (end === undefined) return undefined
  const begin = from === null ? end - 90 * 86_400_000 : momentOf(from, now)
  return begin !== undefined && begin < end ? { kind: 'between', from: begin, to: end } : undefined
}

function momentOf(text: string, now: number): number | undefined {
  const age = parseTimeRange(inDays(text))
  if (age?.kind === 'last') return now - age.ms
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : ms
}

/** The API knows weeks, too. */
function inDays(text: string): string {
  return text.replace(/^-(\d+)w$/, (_, count) => `-${Number(count) * 7}d`)
}

/** The parameters of a search or an export for a range. A range that ends now has no end, so that what happens meanwhile is found. */
export function boundsOf(range: TimeRange, from: string, to: string): { from: string; to?: string } {
  return range.kind === 'last' ? { from } : { from, to }
}
