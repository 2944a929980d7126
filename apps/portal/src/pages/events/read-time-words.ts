import { parseTimeRange, type TimeRange } from '../../url/time-range.ts'

/** Words that mean a time: how many of them, and the range, or why there is none. */
export interface TimeWords {
  taken: number
  range?: TimeRange
  says?: string
}

const units: readonly [RegExp, unit: 'm' | 'h' | 'd', factor: number][] = [
  [/^(m|min|mins|minutes?)$/, 'm', 1],
  [/^(h|hrs?|hours?)$/, 'h', 1],
  [/^(d|days?)$/, 'd', 1],
  [/^(w|weeks?)$/, 'd', 7],
  [/^(months?)$/, 'd', 30],
]
const day = 86_400_000
/** How far back `before` looks. */
const daysBefore = 90

/** Reads the words at the beginning: `last 3 h`, `-3h`, `today`, `yesterday`, `since 2027-01-31`, `before …`, `on …`. `undefined`: they are no time. */
export function readTimeWords(words: readonly string[], now: number): TimeWords | undefined {
  const [first = '', second = '', third = '', fourth = ''] = words.map((word) => word.toLowerCase())
  const age = /^-(\d+)([a-z]+)$/.exec(first)
  if (age !== null) return lastOf(age[1] ?? '', age[2] ?? '', 1)
  if (first === 'last' || first === 'past') {
    const joined = /^(\d+)([a-z]+)$/.exec(second)
    if (joined !== null) return lastOf(joined[1] ?? '', joined[2] ?? '', 2)
    if (/^\d+$/.test(second)) return lastOf(second, third, 3)
    return lastOf('1', second, 2)
  }
  const midnight = new Date(now).setHours(0, 0, 0, 0)
  if (first === 'today') return { taken: 1, range: { kind: 'between', from: midnight, to: now } }
  if (first === 'yesterday')
    return { taken: 1, range: { kind: 'between', from: new Date(midnight - day / 2).setHours(0, 0, 0, 0), to: midnight } }
  if (first === 'from' && (third === 'to' || third === 'until')) return between(second, fourth, 4)
  if (first === 'since' || first === 'after') return isDate(second) ? between(second, new Date(now).toISOString(), 2) : undefined
  if (first === 'before' || first === 'until') {
    const to = momentOf(second)
    if (to === undefined) return undefined
    return { taken: 2, range: { kind: 'between', from: to - daysBefore * day, to }, says: `Shows the ${daysBefore} days before ${second}.` }
  }
  if (first === 'on' && isDate(second)) return wholeDay(second, 2)
  return /^\d{4}-\d{2}-\d{2}$/.test(first) ? wholeDay(first, 1) : undefined
}

function lastOf(count: string, unit: string, taken: number): TimeWords | undefined {
  const found = units.find(([pattern]) => pattern.test(unit))
  if (found === undefined) {
    return /^(s|secs?|seconds?)$/.test(unit) ? { taken, says: 'The shortest time is a minute.' } : undefined
  }
  const [, short, factor] = found
  const range = parseTimeRange(`-${Number(count) * factor}${short}`)
  return range === undefined ? { taken, says: 'A time is at least a minute and at most 400 days.' } : { taken, range }
}

function between(begin: string, end: string, taken: number): TimeWords | undefined {
  const [from, to] = [momentOf(begin), momentOf(end)]
  if (from === undefined || to === undefined) return undefined
  return from < to ? { taken, range: { kind: 'between', from, to } } : { taken, says: `${begin} is not before ${end}.` }
}

function wholeDay(text: string, taken: number): TimeWords | undefined {
  const from = momentOf(text)
  if (from === undefined) return undefined
  return { taken, range: { kind: 'between', from, to: new Date(from + day * 1.5).setHours(0, 0, 0, 0) } }
}

function isDate(text: string): boolean {
  return momentOf(text) !== undefined
}

/** A day begins at midnight of the reader; a time without a zone is the reader's. */
function momentOf(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(t\d{2}:\d{2}(:\d{2}(\.\d+)?)?(z|[+-]\d{2}:\d{2})?)?$/i.test(text)) return undefined
  const ms = Date.parse(text.length === 10 ? `${text}T00:00` : text.toUpperCase())
  return Number.isNaN(ms) ? undefined : ms
}
