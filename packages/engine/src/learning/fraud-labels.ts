import type { Instance } from '../stored/instance.ts'
import { type AddressRecord, addWrong, wrongs } from './address-record.ts'

/**
 * When an instance was labelled fraud by somebody who knows. `undefined`: it counts as nothing. How a review or a challenge ended counts by
 * its state, and a dispute by itself.
 */
export function fraudLabelledAt({ label, disputedAt }: Pick<Instance, 'label' | 'disputedAt'>): number | undefined {
  const counts = label?.value === 'fraud' && label.source !== 'challenge' && disputedAt === null
  return counts ? label.at : undefined
}

/** Counts a fraud against the user's share of the address: a label or a dispute. Many weigh as much as one. */
export function addFraud(record: AddressRecord, at: number, userHash: string): AddressRecord {
  return withFrauds(addWrong(record, at, userHash, wrongs.disputed), userHash, fraudsOf(record, userHash) + 1)
}

/** Takes a fraud of that time back. The weight stays as long as another fraud of the user does. */
export function takeBackFraud(record: AddressRecord, at: number, userHash: string): AddressRecord {
  const frauds = fraudsOf(record, userHash)
  return frauds > 1 ? withFrauds(record, userHash, frauds - 1) : addWrong(withFrauds(record, userHash, 0), at, userHash, -wrongs.disputed)
}

function fraudsOf({ by = [] }: AddressRecord, userHash: string): number {
  const share = by.find(([user]) => user === userHash)
  return share?.length === 4 ? share[3] : 0
}

function withFrauds(record: AddressRecord, userHash: string, frauds: number): AddressRecord {
  const { by } = record
  if (by === undefined) return record
  return {
    ...record,
    by: by.map((share) => {
      const [user, weight, minute] = share
      if (user !== userHash) return share
      return frauds === 0 ? [user, weight, minute] : [user, weight, minute, frauds]
    }),
  }
}
