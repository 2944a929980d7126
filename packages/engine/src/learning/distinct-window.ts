import type { WindowShape } from './count-window.ts'
import { mixedBits } from './hash.ts'

/**
 * Different members by when they were last seen. `at`: `[base, offset, offset …]` in buckets, one for each member of `of`.
 *
 * Exact up to `limit` members. Beyond, it is an adaptive sample (Flajolet, "On adaptive sampling", 1990): at level `n` only the members whose hash
 * ends in `n` zero bits are kept and each stands for 2^n. The standard error is about 1.2 / sqrt(limit): 8 % at 256. `sample` is
 * `[level, bucket in which a member was last left out]`; one whole window after that the count is exact again.
 */
export type DistinctWindow = { at: number[]; of: string[]; sample?: [level: number, leftOut: number] }

export interface DistinctShape extends WindowShape {
  /** The most members that are kept. */
  limit: number
}

/** The window with a member seen at that time: the same value when nothing changes. */
export function addToDistinct(window: DistinctWindow | undefined, shape: DistinctShape, at: number, member: string): DistinctWindow {
  if (window === undefined) return { at: [Math.floor(at / shape.bucketMs), 0], of: [member] }
  const now = currentBucket(window, shape, at)
  const found = window.of.indexOf(member)
  if (found !== -1 && bucketOf(window, found) === now && !hasExpired(window, now, shape)) return window

  const of: string[] = []
  const buckets: number[] = []
  for (let i = 0; i < window.of.length; i++) {
    const bucket = bucketOf(window, i)
    if (i === found || bucket < now - shape.buckets || bucket > now) continue
    of.push(window.of[i] as string)
    buckets.push(bucket)
  }
  let [level, leftOut] = window.sample ?? [0, 0]
  if (level > 0 && now - leftOut > shape.buckets) level = 0
  if (isSampled(member, level)) {
    of.push(member)
    buckets.push(now)
  } else {
    leftOut = now
  }
  while (of.length > shape.limit && level < 32) {
    level += 1
    leftOut = now
    for (let i = of.length - 1; i >= 0; i--) {
      if (isSampled(of[i] as string, level)) continue
      of.splice(i, 1)
      buckets.splice(i, 1)
    }
  }
  const base = buckets.length === 0 ? now : Math.min(...buckets)
  const next: DistinctWindow = { at: [base, ...buckets.map((bucket) => bucket - base)], of }
  if (level > 0) next.sample = [level, leftOut]
  return next
}

/** How many different members were seen in the window that ends at that time. */
export function countDistinct(window: DistinctWindow | undefined, shape: DistinctShape, at: number): number {
  if (window === undefined) return 0
  const now = currentBucket(window, shape, at)
  let kept = 0
  for (let i = 0; i < window.of.length; i++) {
    const bucket = bucketOf(window, i)
    if (bucket >= now - shape.buckets && bucket <= now) kept += 1
  }
  return kept * 2 ** (window.sample?.[0] ?? 0)
}

/** The window without a member. */
export function dropFromDistinct(window: DistinctWindow, member: string): DistinctWindow {
  const found = window.of.indexOf(member)
  if (found === -1) return window
  return { ...window, at: window.at.toSpliced(found + 1, 1), of: window.of.toSpliced(found, 1) }
}

function bucketOf(window: DistinctWindow, index: number): number {
  return (window.at[0] as number) + (window.at[index + 1] as number)
}

function hasExpired(window: DistinctWindow, now: number, shape: DistinctShape): boolean {
  for (let i = 0; i < window.of.length; i++) {
    const bucket = bucketOf(window, i)
    if (bucket < now - shape.buckets || bucket > now) return true
  }
  return false
}

/** As in a count window: a clock that went back a little stays where it was. */
function currentBucket(window: DistinctWindow, shape: DistinctShape, at: number): number {
  const now = Math.floor(at / shape.bucketMs)
  let newest = now
  for (let i = 0; i < window.of.length; i++) newest = Math.max(newest, bucketOf(window, i))
  return newest - now <= shape.buckets ? newest : now
}

function isSampled(member: string, level: number): boolean {
  return level === 0 || mixedBits(member) % 2 ** level === 0
}
