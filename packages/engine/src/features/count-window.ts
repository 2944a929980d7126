/** How a sliding window is cut into buckets. */
export interface WindowShape {
  bucketMs: number
  /** How many buckets the window spans. One more is kept: the oldest is counted whole until it has left entirely. */
  buckets: number
}

/**
 * Amounts by time: `[base, offset, amount, offset, amount …]`, offsets in buckets from `base`, ascending. Empty: `[]`.
 * At most `buckets + 1` pairs.
 */
export type CountWindow = number[]

/**
 * Amounts have six decimals and stay within what JSON and a double represent exactly enough. They are never negative: a bucket that an
 * earlier release filled below zero counts as empty.
 */
const largest = 1e15

/** The window with an amount, which is not negative, added. Expired buckets are dropped. */
export function addToCount(window: readonly number[], shape: WindowShape, at: number, amount: number): CountWindow {
  const base = window[0] ?? 0
  const now = currentBucket(window, shape, at)
  const newest = base + (window[window.length - 2] ?? 0)
  if (window.length > 0 && newest <= now && base + (window[1] as number) >= now - shape.buckets) {
    // The usual case: nothing has expired.
    const kept = window.slice()
    const last = kept.length - 1
    if (newest === now) kept[last] = rounded(Math.max(0, kept[last] as number) + amount)
    else kept.push(now - base, rounded(amount))
    return kept
  }
  const next: CountWindow = []
  for (let i = 1; i < window.length; i += 2) {
    const bucket = base + (window[i] as number)
    if (bucket < now - shape.buckets || bucket > now) continue
    if (next.length === 0) next.push(bucket)
    next.push(bucket - (next[0] as number), window[i + 1] as number)
  }
  if (next.length === 0) return [now, 0, rounded(amount)]
  const last = next.length - 1
  if ((next[0] as number) + (next[last - 1] as number) === now) next[last] = rounded(Math.max(0, next[last] as number) + amount)
  else next.push(now - (next[0] as number), rounded(amount))
  return next
}

/** Merges two windows of one shape. Keeps what the later of the two still holds. */
export function mergeCounts(a: readonly number[], b: readonly number[], shape: WindowShape): CountWindow {
  const amounts = new Map<number, number>()
  for (const window of [a, b]) {
    for (let i = 1; i < window.length; i += 2) {
      const bucket = (window[0] as number) + (window[i] as number)
      amounts.set(bucket, (amounts.get(bucket) ?? 0) + Math.max(0, window[i + 1] as number))
    }
  }
  const newest = Math.max(...amounts.keys())
  const kept = [...amounts].filter(([bucket]) => bucket >= newest - shape.buckets).sort((x, y) => x[0] - y[0])
  const base = kept[0]?.[0]
  return base === undefined ? [] : [base, ...kept.flatMap(([bucket, amount]) => [bucket - base, rounded(amount)])]
}

/** The sum of the window that ends at this time, or of its last `buckets`. */
export function countWithin(window: readonly number[], shape: WindowShape, at: number, buckets = shape.buckets): number {
  if (window.length === 0) return 0
  const base = window[0] as number
  const now = currentBucket(window, shape, at)
  let total = 0
  for (let i = 1; i < window.length; i += 2) {
    const bucket = base + (window[i] as number)
    if (bucket >= now - buckets && bucket <= now) total += Math.max(0, window[i + 1] as number)
  }
  return rounded(total)
}

/**
 * The bucket of a time. A clock that went back a little does not open an earlier bucket, which would need everything later to be looked at
 * again. A bucket that is a whole window ahead is not believed.
 */
function currentBucket(window: readonly number[], shape: WindowShape, at: number): number {
  const now = Math.floor(at / shape.bucketMs)
  if (window.length === 0) return now
  const newest = (window[0] as number) + (window[window.length - 2] as number)
  return newest > now && newest - now <= shape.buckets ? newest : now
}

function rounded(amount: number): number {
  if (Number.isInteger(amount) && Math.abs(amount) <= largest) return amount + 0
  const bounded = Math.min(largest, Math.max(-largest, amount))
  return Math.abs(bounded) < 1e9 ? Math.round(bounded * 1e6) / 1e6 + 0 : Math.round(bounded)
}
