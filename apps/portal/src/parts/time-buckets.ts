import type { Tone } from './state.ts'

/** An hour or a day, with what happened in it. */
export interface TimeBucket {
  /** Milliseconds UTC, when it begins. */
  at: number
  /** By the id of the layer; absent is none. */
  counts: Readonly<Record<string, number>>
  /** It has not ended yet. */
  isRunning?: boolean
  /** The fewest and the most, in all layers together, that are usual at that time. */
  usual?: { low: number; high: number } | undefined
  /** The page with what is counted. */
  href?: string
}

/** One layer of a stack. */
export interface TimeLayer {
  id: string
  word: string
  tone: Tone
}

export interface Rectangle {
  layer: number
  bucket: number
  /** In counts. */
  from: number
  to: number
}

/** The layers of each bucket, one upon the other, the first at the foot. Empty ones are left out. */
export function stackBuckets(buckets: readonly TimeBucket[], layers: readonly TimeLayer[]): Rectangle[] {
  return buckets.flatMap(({ counts }, bucket) => {
    let top = 0
    return layers.flatMap(({ id }, layer) => {
      const count = counts[id] ?? 0
      if (count <= 0) return []
      const from = top
      top += count
      return [{ layer, bucket, from, to: top }]
    })
  })
}

/** Of the layers that are shown. */
export function countOf({ counts }: TimeBucket, layers: readonly TimeLayer[]): number {
  return layers.reduce((sum, { id }) => sum + (counts[id] ?? 0), 0)
}

/** What is usual may be so much more that the columns would be flat beside it: it is drawn up to so many times the highest column. */
const usualUpTo = 2

/** How high the drawing is, in counts: at least 1. */
export function highestCount(buckets: readonly TimeBucket[], layers: readonly TimeLayer[]): number {
  const most = Math.max(1, ...buckets.map((bucket) => countOf(bucket, layers)))
  const usual = Math.max(1, ...buckets.map((bucket) => bucket.usual?.high ?? 0))
  return Math.max(most, Math.min(usual, most * usualUpTo))
}

/** A place on the time axis: the day where one begins, else the time of day. Days are those of UTC where whole days were counted. */
export function describeTick(at: number, isByDay: boolean, locale?: string, timeZone?: string): string {
  const zone = isByDay ? 'UTC' : timeZone
  const isDay = isByDay || new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: zone }).format(at) === '00:00'
  return new Intl.DateTimeFormat(
    locale,
    isDay ? { day: 'numeric', month: 'short', timeZone: zone } : { timeStyle: 'short', timeZone: zone },
  ).format(at)
}

/** The whole buckets that two places on the time axis touch, as a range of time. `undefined`: none. */
export function snapToBuckets(
  buckets: readonly TimeBucket[],
  bucketMs: number,
  begin: number,
  end: number,
): { from: number; to: number } | undefined {
  const touched = buckets.filter(({ at }) => at + bucketMs > Math.min(begin, end) && at < Math.max(begin, end))
  const [first, last] = [touched.at(0), touched.at(-1)]
  return first === undefined || last === undefined ? undefined : { from: first.at, to: last.at + bucketMs }
}

/** `14:00–15:00` of a day in the zone of the reader; a day is a day in UTC, as it was counted. */
export function describeBucket(at: number, bucketMs: number, locale?: string, timeZone?: string): string {
  if (bucketMs >= 86_400_000) {
    const day = new Intl.DateTimeFormat(locale, { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
    return `${day.format(at)} (UTC)`
  }
  const hour = new Intl.DateTimeFormat(locale, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
  return hour.formatRange(at, at + bucketMs)
}

/** One bucket in words: what it is, how much of each layer, and what is usual. */
export function describeCounts(bucket: TimeBucket, layers: readonly TimeLayer[], one: string, many: string): string {
  const sum = countOf(bucket, layers)
  const parts = layers.flatMap(({ id, word }) => {
    const count = bucket.counts[id] ?? 0
    return count === 0 ? [] : [`${count.toLocaleString()} ${word.toLowerCase()}`]
  })
  const so = bucket.isRunning ? ' so far' : ''
  const { usual } = bucket
  const range =
    usual && (usual.low === usual.high ? usual.low.toLocaleString() : `${usual.low.toLocaleString()} to ${usual.high.toLocaleString()}`)
  return [
    `${sum.toLocaleString()} ${sum === 1 ? one : many}${so}`,
    ...(parts.length === 1 && layers.length === 1 ? [] : parts.toReversed()),
    ...(range === undefined ? [] : [`usual ${range}`]),
  ].join(' · ')
}
