import type { components } from '../../generated/api-types.ts'

export type RecentSignal = components['schemas']['RecentValues']['signals'][number]
type Histogram = NonNullable<RecentSignal['numbers']>['histogram']

/** A step of 1, 2 or 5 times a power of ten that cuts a span into at least `parts`. */
export function niceStep(span: number, parts: number): number {
  if (!(span > 0)) return 1
  const raw = span / parts
  const power = 10 ** Math.floor(Math.log10(raw))
  const factor = [5, 2, 1].find((each) => each * power <= raw) ?? 1
  return tidy(factor * power)
}

/** A number with one or two digits that matter, near to the one given. */
export function roundNicely(value: number): number {
  if (value === 0) return 0
  const power = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 1)
  return tidy(Math.round(value / power / 5) * 5 * power || Math.round(value / power) * power)
}

/** Where the limit can be dragged: from the first bar to the last, in steps that are easy to say. */
export function limitScale({ bounds }: Histogram): { min: number; max: number; step: number } {
  const [low, high] = [bounds[0] ?? 0, bounds.at(-1) ?? 1]
  const isWhole = bounds.every(Number.isInteger)
  const fine = niceStep(high - low, 100)
  const step = isWhole ? Math.max(1, fine) : fine
  return { min: tidy(Math.floor(low / step) * step), max: tidy(Math.ceil(high / step) * step), step }
}

/** About which share of the numbers is above a limit; inside a bar they count as spread evenly. */
export function shareOver({ bounds, counts }: Histogram, limit: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return 0
  let over = 0
  for (const [place, count] of counts.entries()) {
    const [from, to] = [bounds[place] ?? 0, bounds[place + 1] ?? 0]
    if (from >= limit) over += count
    else if (to > limit) over += (count * (to - limit)) / (to - from)
  }
  return over / total
}

/** A limit that few of the recent numbers are above. */
export function suggestLimit(recent: RecentSignal | undefined): number | undefined {
  const high = recent?.numbers?.quantiles.findLast(({ share }) => share <= 0.95)?.value
  return high === undefined ? undefined : roundNicely(high)
}

/** `in 12 % of 2,000 events`, `never`. */
export function shareWords(part: number, of: number): string {
  if (of === 0) return 'never'
  const share = part / of
  if (part === 0) return 'never'
  if (share < 0.01) return `in ${part} of ${of.toLocaleString('en')} events`
  return `in ${Math.round(share * 100)} % of events`
}

/** How often a signal had no value, as a sentence. `undefined`: it always had one. */
export function unknownWords({ known, missing }: RecentSignal): string | undefined {
  const { not_provided: notSent, not_applicable: notYet, unavailable } = missing
  const lacking = notSent + notYet + unavailable
  if (lacking === 0) return undefined
  const reasons = [
    [notSent, 'not sent'],
    [notYet, 'no history yet'],
    [unavailable, 'could not be found out'],
  ] as const
  const said = reasons.filter(([count]) => count > 0).sort((a, b) => b[0] - a[0])
  return `Not known ${shareWords(lacking, known + lacking)} (${said.map(([, words]) => words).join(', ')}).`
}

/** Without the traces of binary fractions. */
function tidy(value: number): number {
  return Number(value.toPrecision(12))
}
