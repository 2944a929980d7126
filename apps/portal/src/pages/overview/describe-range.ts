import { describeTimeRange } from '../../url/time-range.ts'

interface Bounds {
  from: string
  to: string
}

/** So much longer than what was asked for may a range be that still has its name. */
const tolerated = 1.1

/** `Last 7 days`, as it was asked for (`words`). Whole hours or days are counted: where they make a short range much longer, its real bounds are named. */
export function describeRange(words: string, asked: Bounds, counted: Bounds, now: number): string {
  // An hour that has not ended yet counts until now.
  const end = Math.min(Date.parse(counted.to), Math.max(now, Date.parse(asked.to)))
  const isClose = end - Date.parse(counted.from) <= lengthOf(asked) * tolerated
  return isClose ? words : describeTimeRange({ kind: 'between', from: Date.parse(counted.from), to: Date.parse(counted.to) })
}

function lengthOf({ from, to }: Bounds): number {
  return Date.parse(to) - Date.parse(from)
}
