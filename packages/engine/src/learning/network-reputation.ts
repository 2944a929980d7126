import type { State } from '../facts/outcome.ts'
import { memberHash } from '../features/member-hash.ts'
import type { Instance } from '../stored/instance.ts'
import { type AddressRecord, addPassedUser, addWrong, readAddressRecord, reputationOf, wrongs } from './address-record.ts'
import { fraudLabelledAt } from './fraud-labels.ts'

/** States that speak against where an instance came from. */
export const wrongStates: readonly State[] = ['BLOCK', 'CHALLENGE_FAILED', 'REVIEW_FAILED']

/** After so many days what a user did weighs next to nothing: a hundredth of a failure, and less. */
export const reputationDays = 56

/**
 * The reputation of a network, from what happened in it: 0 (nothing known against it) to 100. It reckons as that of one address does, so a
 * user counts once in the whole network, however many of its addresses they use. Instances may come in any order, and twice.
 */
export function reputationOfInstances(instances: readonly Instance[], at: number): number {
  const unique = new Map(instances.map((instance) => [`${instance.action}\n${instance.idempotencyKey}\n${instance.userId}`, instance]))
  const happened = [...unique.values()].map((instance) => ({ instance, at: fraudTime(instance) ?? instance.stateUpdatedAt }))
  happened.sort((a, b) => a.at - b.at)
  return reputationOf(
    happened.reduce((record, one) => withInstance(record, one.instance, one.at), readAddressRecord(undefined)),
    at,
  )
}

function withInstance(record: AddressRecord, instance: Instance, at: number): AddressRecord {
  const userHash = memberHash(instance.userId)
  if (fraudTime(instance) !== undefined) return addWrong(record, at, userHash, wrongs.disputed)
  if (instance.state === 'CHALLENGE_SUCCEEDED') return addPassedUser(record, at, userHash)
  if (!wrongStates.includes(instance.state)) return record
  return addWrong(record, at, userHash, instance.state === 'BLOCK' ? wrongs.blocked : wrongs.failed)
}

function fraudTime(instance: Instance): number | undefined {
  return instance.disputedAt ?? fraudLabelledAt(instance)
}
