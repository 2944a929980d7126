import { mixedBits } from '../hash.ts'
import type { WindowShape } from './count-window.ts'
import { formerHash } from './member-hash.ts'

/**
 * Different members with the time they were last seen, oldest first. `at`: `[base, offset, offset …]` in buckets, one for each member of
 * `of`.
 *
 * Exact up to `limit` members. Beyond, it is an adaptive sample (Flajolet, "On adaptive sampling", 1990): at level `n` only members whose
 * hash ends in `n` zero bits are kept, and each stands for 2^n. The standard error is about 1.2 / sqrt(limit): 8 % at 256. `sample` is
 * `[level, bucket in which a member was last left out]`; one whole window after that the count is exact again.
 */
export type DistinctWindow = { at: number[]; of: string[]; sample?: [level: number, leftOut: number] }

export interface DistinctShape extends WindowShape {
  /** The most members that are kept. */
  limit: number
}

/** The window with a member seen at a time, or the same object when nothing changes. */
export function addToDistinct(window: DistinctWindow | undefined, shape: DistinctShape, at: number, member: string): DistinctWindow {
  if (window === undefined) return { at: [Math.floor(at / shape.bucketMs), 0], of: [member] }
  const { at: times, of } = window
  const base = times[0] as number
  const now = currentBucket(window, shape, at)
  const expired = countExpired(window, now, shape)
  const found = indexOfMember(of, member)
  const isFormer = found !== -1 && of[found] !== member
  if (found !== -1 && !isFormer && expired === 0 && base + (times[found + 1] as number) === now) return window
  let [level, leftOut] = window.sample ?? none
  if (level > 0 && now - leftOut > shape.buckets) level = 0
  const isKept = isSampled(member, level)
  if (!isKept) leftOut = now
  const isLast = base + (times[times.length - 1] as number) <= now
  if (isLast && expired === 0 && found === -1 && isKept && of.length < shape.limit) {
    // The usual case: nothing has expired and there is room.
    return withSample({ at: [...times, now - base], of: [...of, member] }, level, leftOut)
  }
  if (isLast && expired === 0 && found === of.length - 1 && found !== -1 && !isFormer && isKept) {
    // The last member came again: only its time changes, which is the base when it is the only member.
    const at = times.slice()
    if (found === 0) at[0] = now
    else at[found + 1] = now - base
    return withSample({ at, of }, level, leftOut)
  }
  const keptOf: string[] = []
  const buckets: number[] = []
  for (let i = expired; i < of.length; i++) {
    const bucket = base + (times[i + 1] as number)
    if (i === found || bucket > now) continue
    keptOf.push(of[i] as string)
    buckets.push(bucket)
  }
  if (isKept) {
    keptOf.push(member)
    buckets.push(now)
  }
  while (keptOf.length > shape.limit && level < 32) {
    level += 1
    leftOut = now
    for (let i = keptOf.length - 1; i >= 0; i--) {
      if (isSampled(keptOf[i] as string, level)) continue
      keptOf.splice(i, 1)
      buckets.splice(i, 1)
    }
  }
  return withSample(toWindow(keptOf, buckets, now), level, leftOut)
}

const none: readonly [level: number, leftOut: number] = [0, 0]

function toWindow(of: string[], buckets: readonly number[], now: number): DistinctWindow {
  const base = buckets[0] ?? now
  return { at: [base, ...buckets.map((bucket) => bucket - base)], of }
}

function withSample(window: DistinctWindow, level: number, leftOut: number): DistinctWindow {
  if (level > 0) window.sample = [level, leftOut]
  return window
}

/** The number of different members seen in the window that ends at this time. */
export function countDistinct(window: DistinctWindow | undefined, shape: DistinctShape, at: number): number {
  if (window === undefined) return 0
  const now = currentBucket(window, shape, at)
  let kept = window.of.length - countExpired(window, now, shape)
  // A bucket that is a whole window ahead is not believed.
  for (let i = window.of.length - 1; i >= 0 && bucketOf(window, i) > now; i--) kept -= 1
  return Math.max(0, kept) * 2 ** (window.sample?.[0] ?? 0)
}

/** Merges two windows of one shape. Each member keeps the later of its times. */
export function mergeDistinct(a: DistinctWindow, b: DistinctWindow, shape: DistinctShape): DistinctWindow {
  const lastSeen = new Map<string, number>()
  for (const window of [a, b]) {
    window.of.forEach((member, i) => {
      lastSeen.set(member, Math.max(bucketOf(window, i), lastSeen.get(member) ?? Number.NEGATIVE_INFINITY))
    })
  }
  for (const [member, bucket] of lastSeen) {
    const former = formerHash(member)
    const formerBucket = former === undefined ? undefined : lastSeen.get(former)
    if (former === undefined || formerBucket === undefined) continue
    lastSeen.set(member, Math.max(bucket, formerBucket))
    lastSeen.delete(former)
  }
  const [level, leftOut] = [a.sample ?? none, b.sample ?? none].sort((x, y) => y[0] - x[0])[0] as readonly [number, number]
  const members = [...lastSeen].filter(([member]) => isSampled(member, level)).sort((x, y) => x[1] - y[1])
  let reached = level
  let left = members
  while (left.length > shape.limit && reached < 32) {
    reached += 1
    left = left.filter(([member]) => isSampled(member, reached))
  }
  const newest = members.at(-1)?.[1] ?? 0
  const merged = toWindow(
    left.map(([member]) => member),
    left.map(([, bucket]) => bucket),
    newest,
  )
  return withSample(merged, reached, reached > level ? newest : leftOut)
}

/** The window without a member. */
export function dropFromDistinct(window: DistinctWindow, member: string): DistinctWindow {
  const found = indexOfMember(window.of, member)
  if (found === -1) return window
  return { ...window, at: window.at.toSpliced(found + 1, 1), of: window.of.toSpliced(found, 1) }
}

/** Where a member is, also as an earlier release stored it: then it takes that entry over, so that nobody is counted twice. */
export function indexOfMember(of: readonly string[], member: string): number {
  const found = of.indexOf(member)
  const former = found === -1 ? formerHash(member) : undefined
  return former === undefined ? found : of.indexOf(former)
}

function bucketOf(window: DistinctWindow, index: number): number {
  return (window.at[0] as number) + (window.at[index + 1] as number)
}

/** The number of members, from the oldest on, that have expired. */
function countExpired({ at, of }: DistinctWindow, now: number, shape: DistinctShape): number {
  const oldest = now - shape.buckets - (at[0] as number)
  let expired = 0
  while (expired < of.length && (at[expired + 1] as number) < oldest) expired += 1
  return expired
}

/** As in a count window: a clock that went back a little does not open an earlier bucket. */
function currentBucket(window: DistinctWindow, shape: DistinctShape, at: number): number {
  const now = Math.floor(at / shape.bucketMs)
  if (window.of.length === 0) return now
  const newest = bucketOf(window, window.of.length - 1)
  return newest > now && newest - now <= shape.buckets ? newest : now
}

function isSampled(member: string, level: number): boolean {
  return level === 0 || mixedBits(member) % 2 ** level === 0
}
