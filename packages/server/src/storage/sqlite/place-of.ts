import type { DatabaseSync } from 'node:sqlite'

/** How far back a clock may have been set without anything being missed at the ends of a window. */
export const CLOCK_TOLERANCE = 24 * 60 * 60 * 1000

/** The first place in the log with a time at or after this one; the place after the last when there is none. */
export function placeOf(database: DatabaseSync, at: number): number {
  const next = database.prepare('SELECT seq, created_at FROM instances WHERE seq >= ? ORDER BY seq LIMIT 1')
  let high = Number(database.prepare('SELECT max(seq) AS seq FROM instances').get()?.seq ?? 0) + 1
  let low = 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = next.get(middle)
    if (row === undefined || Number(row.created_at) >= at) high = middle
    else low = Number(row.seq) + 1
  }
  return low
}
