import { addToCount, type CountWindow } from '../features/count-window.ts'
import { addToDistinct, countDistinct, type DistinctShape, type DistinctWindow, dropFromDistinct } from '../features/distinct-window.ts'
import type { FeatureWindows } from '../features/feature-windows.ts'
import type { Entity } from '../stored/entity.ts'
import { last24Hours } from './user-profile.ts'

/**
 * What is remembered about an address across users. Trust is not part of it: each user has their own. At most 6,000 bytes as JSON, apart
 * from features.
 *
 * `by` is the bad behaviour of each user from it, which fades, oldest first, with the number of their actions that are labelled fraud or disputed; `bad`
 * is the same of all users who are no longer listed. `good` are the users who passed a challenge from it in the last week.
 */
export type AddressRecord = {
  v: 1
  users?: DistinctWindow
  failed?: CountWindow
  bad?: [weight: number, minute: number]
  by?: Share[]
  good?: DistinctWindow
  x?: FeatureWindows
}

type Share = [userHash: string, weight: number, minute: number] | [userHash: string, weight: number, minute: number, frauds: number]

export const usersOfAddress: DistinctShape = { ...last24Hours, limit: 64 }
const passedFromAddress: DistinctShape = { bucketMs: 168 * 60_000, buckets: 60, limit: 32 }

const halfLifeMinutes = 7 * 1440
/** The weight that gives half of the worst reputation when nobody passed a challenge from the address. */
const half = 3
/** The weight of each kind of bad behaviour. */
export const wrongs = { failed: 1, blocked: 0.5, disputed: 4 } as const
/**
 * However often one user fails or is blocked, it weighs no more than this: a household or an office does not answer for one person. A dispute
 * or a label weighs more, and also once.
 */
const mostOfUser = 1
/** The most users whose weights are kept apart. */
const mostListed = 32
/** A weight that has faded to this is forgotten. */
const leastWeight = 0.01

const empty: AddressRecord = Object.freeze<AddressRecord>({ v: 1 })

export function readAddressRecord(entity: Entity | undefined): AddressRecord {
  return entity?.v === 1 ? (entity as AddressRecord) : empty
}

/** Returns the same object when the user was already counted in this bucket. */
export function addAddressUser(record: AddressRecord, at: number, userHash: string): AddressRecord {
  const users = addToDistinct(record.users, usersOfAddress, at, userHash)
  return users === record.users ? record : { ...record, users }
}

export function addFailedChallenge(record: AddressRecord, at: number): AddressRecord {
  return { ...record, failed: addToCount(record.failed ?? [], last24Hours, at, 1) }
}

/** Adds to the bad behaviour of a user from the address or, with a negative weight, takes some of it back. */
export function addWrong(record: AddressRecord, at: number, userHash: string, weight: number): AddressRecord {
  const minute = Math.floor(at / 60_000)
  const { by = [] } = record
  const known = by.find(([user]) => user === userHash)
  // What is taken back of a user who is not listed is part of the rest.
  if (known === undefined && weight < 0) return { ...record, bad: addToRest(record.bad, minute, weight) }
  const [, share, since] = known ?? [userHash, 0, minute]
  const now = Math.max(minute, since)
  const left = fadedTo(share, since, now)
  const added = fadedTo(weight, minute, now)
  const total = weight < 0 ? Math.max(0, left + added) : Math.max(left, Math.min(left + added, Math.max(mostOfUser, weight)))
  const others = by.filter(([user, other, last]) => user !== userHash && fadedTo(other, last, now) > leastWeight)
  if (total > leastWeight) others.push(known?.length === 4 ? [userHash, rounded(total), now, known[3]] : [userHash, rounded(total), now])
  const { by: _, ...rest } = record
  const next: AddressRecord = others.length === 0 ? rest : { ...rest, by: others }
  return others.length > mostListed ? withRest(next, 0) : next
}

/** The record without the name of the user; the bad behaviour stays, because it protects others. */
export function withoutWrongUser(record: AddressRecord, userHash: string): AddressRecord {
  const found = record.by?.findIndex(([user]) => user === userHash) ?? -1
  return found === -1 ? record : withRest(record, found)
}

/** The record with the weight of one listed user in `bad`. */
function withRest({ by = [], ...record }: AddressRecord, index: number): AddressRecord {
  const [, weight, minute] = by[index] as Share
  const left = by.toSpliced(index, 1)
  return { ...record, ...(left.length === 0 ? {} : { by: left }), bad: addToRest(record.bad, minute, weight) }
}

function addToRest([total, since]: NonNullable<AddressRecord['bad']> = [0, 0], minute: number, weight: number): [number, number] {
  const now = Math.max(minute, since)
  return [rounded(Math.min(1e6, Math.max(0, fadedTo(total, since, now) + fadedTo(weight, minute, now)))), now]
}

/** Records that a user passed a challenge from the address. Each user counts once, so nobody can clear an address alone. */
export function addPassedUser(record: AddressRecord, at: number, userHash: string): AddressRecord {
  const good = addToDistinct(record.good, passedFromAddress, at, userHash)
  return good === record.good ? record : { ...record, good }
}

export function dropPassedUser(record: AddressRecord, userHash: string): AddressRecord {
  if (record.good === undefined) return record
  const good = dropFromDistinct(record.good, userHash)
  return good === record.good ? record : { ...record, good }
}

/**
 * 0 (nothing known against it) to 100. It counts the users who behaved badly, each with a bounded weight. Bad behaviour counts half after a
 * week, and less where many users pass challenges: an address that thousands share has failures too. Being allowed does not improve it.
 */
export function reputationOf(record: AddressRecord, at: number): number {
  const bad = wrongAt(record, Math.floor(at / 60_000))
  return bad === 0 ? 0 : Math.round((100 * bad) / (bad + half + countDistinct(record.good, passedFromAddress, at)))
}

function wrongAt({ bad, by = [] }: AddressRecord, now: number): number {
  return by.reduce(
    (total, [, weight, minute]) => total + fadedTo(weight, minute, now),
    bad === undefined ? 0 : fadedTo(bad[0], bad[1], now),
  )
}

function fadedTo(weight: number, since: number, now: number): number {
  return weight * 2 ** (-Math.max(0, now - since) / halfLifeMinutes)
}

function rounded(weight: number): number {
  return Math.round(weight * 1e4) / 1e4
}
