import type { State } from '@sallyport/engine'
import { toIso } from '../http/iso-time.ts'
import type { SearchingStore } from '../storage/searching-store.ts'
import { challengeStates } from './count-waiting.ts'
import type { Overview } from './overview-json.ts'
import { type OverviewRange, rangeQuery, weekMs } from './overview-range.ts'

const comparedWeeks = 4

/** The same hours of the four weeks before. */
export interface Usual {
  /** The fewest and the most events that a bucket had; absent for a bucket without such a week. */
  of(at: number): { low: number; high: number; weeks: number } | undefined
  /** Of the whole range, a row for each week that there was. */
  totals: readonly { events: number; asked: number }[]
}

interface Row {
  at: number
  state: State
  events: number
}

/** Weeks before the tenant's first event are no weeks without events: they do not count. */
export async function loadUsual(
  store: Pick<SearchingStore, 'searchEvents' | 'rollUps'>,
  tenantId: string,
  { from, to, bucket, bucketMs }: OverviewRange,
): Promise<Usual> {
  const [rows, oldest] = await Promise.all([
    store.rollUps(tenantId, { from: from - comparedWeeks * weekMs, to: to - weekMs, bucket, by: ['state'] }),
    store.searchEvents(tenantId, { filter: {}, order: 'oldest', limit: 1 }),
  ])
  const begins = oldest.events[0]?.createdAt ?? Number.POSITIVE_INFINITY
  const events = new Map<number, number>()
  const asked = new Map<number, number>()
  for (const { at, state, events: count } of rows) {
    events.set(at, (events.get(at) ?? 0) + count)
    if (challengeStates.includes(state)) asked.set(at, (asked.get(at) ?? 0) + count)
  }
  const weeks = Array.from({ length: comparedWeeks }, (_, n) => (n + 1) * weekMs)
  const total = (counts: ReadonlyMap<number, number>, back: number) => {
    let sum = 0
    for (let at = from - back; at < to - back; at += bucketMs) sum += counts.get(at) ?? 0
    return sum
  }
  return {
    of(at) {
      const known = weeks.filter((back) => at - back + bucketMs > begins).map((back) => events.get(at - back) ?? 0)
      return known.length === 0 ? undefined : { low: Math.min(...known), high: Math.max(...known), weeks: known.length }
    },
    totals: weeks.filter((back) => from - back >= begins).map((back) => ({ events: total(events, back), asked: total(asked, back) })),
  }
}

/** A bucket for each hour or day, also where nothing happened. */
export function drawSeries({ from, to, bucketMs }: OverviewRange, rows: readonly Row[], usual: Usual, now: number): Overview['series'] {
  const byBucket = Map.groupBy(rows, ({ at }) => at)
  const series: Overview['series'] = []
  for (let at = from; at < to; at += bucketMs) {
    const states: Record<string, number> = {}
    let events = 0
    for (const { state, events: count } of byBucket.get(at) ?? []) {
      states[state] = (states[state] ?? 0) + count
      events += count
    }
    series.push({
      at: toIso(at),
      events,
      states,
      isRunning: now >= at && now < at + bucketMs ? true : undefined,
      usual: usual.of(at),
      filter: rangeQuery({ from: at, to: at + bucketMs }),
    })
  }
  return series
}
