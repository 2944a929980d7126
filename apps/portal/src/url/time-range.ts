/** A range of time: the last so-and-so long, or between two times (milliseconds UTC). */
export type TimeRange = { kind: 'last'; text: string; ms: number } | { kind: 'between'; from: number; to: number }

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const words: Readonly<Record<string, string>> = { m: 'minute', h: 'hour', d: 'day' }
const longest = 400 * 86_400_000

/** `-7d`, or two ISO times with `..` between. `undefined`: neither. */
export function parseTimeRange(text: string): TimeRange | undefined {
  const [, count, unit = ''] = /^-(\d{1,4})([mhd])$/.exec(text) ?? []
  if (count !== undefined) {
    const ms = Number(count) * (units[unit] ?? 0)
    return ms > 0 && ms <= longest ? { kind: 'last', text, ms } : undefined
  }
  const [from = Number.NaN, to = Number.NaN] = text.split('..').map((part) => Date.parse(part))
  return from < to ? { kind: 'between', from, to } : undefined
}

export function writeTimeRange(range: TimeRange): string {
  return range.kind === 'last' ? range.text : `${new Date(range.from).toISOString()}..${new Date(range.to).toISOString()}`
}

/** The two ends, as the API takes them. */
export function endsOf(range: TimeRange, now: number): { from: string; to: string } {
  const [from, to] = range.kind === 'last' ? [now - range.ms, now] : [range.from, range.to]
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}

/** `Last 7 days`, or the two times in the zone of the reader. */
export function describeTimeRange(range: TimeRange): string {
  if (range.kind === 'last') {
    const [, count = '', unit = ''] = /^-(\d+)(\w)$/.exec(range.text) ?? []
    return count === '1' ? `Last ${words[unit]}` : `Last ${count} ${words[unit]}s`
  }
  const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  return format.formatRange(range.from, range.to)
}

/** The address with a relative range made absolute: it shows tomorrow what it shows now. */
export function freezeTime(address: string, usual: TimeRange, now: number): string {
  const url = new URL(address)
  const range = parseTimeRange(url.searchParams.get('time') ?? '') ?? usual
  const { from, to } = endsOf(range, now)
  url.searchParams.set('time', `${from}..${to}`)
  return url.href
}
