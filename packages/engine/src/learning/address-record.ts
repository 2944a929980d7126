import { addToCount, type CountWindow } from '../features/count-window.ts'
import { addToDistinct, countDistinct, type DistinctShape, type DistinctWindow, dropFromDistinct } from '../features/distinct-window.ts'
import type { FeatureWindows } from '../features/feature-windows.ts'
import type { Entity } from '../stored/entity.ts'
import { last24Hours } from './user-profile.ts'

/**
 * What is remembered about an address across users. Trust is not part of it: each user has their own. At most 3,000 bytes as JSON, apart
 * from features.
 *
 * `bad` is its bad behaviour as `[weight, minute]`, which fades; `good` are the users who passed a challenge from it in the last week.
 */
export type AddressRecord = {
  v: 1
  users?: DistinctWindow
  failed?: CountWindow
  bad?: [weight: number, minute: number]
  good?: DistinctWindow
  x?: FeatureWindows
}

export const usersOfAddress: DistinctShape = { ...last24Hours, limit: 64 }
const passedFromAddress: DistinctShape = { bucketMs: 168 * 60_000, buckets: 60, limit: 32 }

const halfLifeMinutes = 7 * 1440
/** The weight that gives half of the worst reputation when nobody passed a challenge from the address. */
const half = 3
/** The weight of each kind of bad behaviour. */
export const wrongs = { failed: 1, blocked: 0.5, disputed: 4 } as const

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

/** Adds to the bad behaviour of the address or, with a negative weight, takes some of it back. */
export function addWrong(record: AddressRecord, at: number, weight: number): AddressRecord {
  const minute = Math.floor(at / 60_000)
  const last = record.bad?.[1] ?? minute
  const now = Math.max(minute, last)
  const faded = weight * 2 ** (-(now - minute) / halfLifeMinutes)
  const total = Math.min(1e6, Math.max(0, wrongAt(record, now) + faded))
  return { ...record, bad: [Math.round(total * 1e4) / 1e4, now] }
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
 * 0 (nothing known against it) to 100. Bad behaviour counts half after a week, and less where many users pass challenges: an address that
 * thousands share has failures too. Being allowed does not improve it.
 */
export function reputationOf(record: AddressRecord, at: number): number {
  const bad = wrongAt(record, Math.floor(at / 60_000))
  return bad === 0 ? 0 : Math.round((100 * bad) / (bad + half + countDistinct(record.good, passedFromAddress, at)))
}

function wrongAt(record: AddressRecord, minute: number): number {
  const [weight, since] = record.bad ?? [0, minute]
  return weight * 2 ** (-Math.max(0, minute - since) / halfLifeMinutes)
}
