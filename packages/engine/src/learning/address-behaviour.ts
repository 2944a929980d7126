import { countWithin } from '../features/count-window.ts'
import { countDistinct } from '../features/distinct-window.ts'
import type { Entity } from '../stored/entity.ts'
import { readAddressRecord, reputationOf, usersOfAddress } from './address-record.ts'
import { last24Hours } from './user-profile.ts'

/** How an address behaved across the users of a tenant, as a decision at this moment would read it. */
export interface AddressBehaviour {
  /** 0 (nothing known against it) to 100. */
  reputation: number
  usersLast24h: number
  failedChallengesLast24h: number
}

/** Reads what is remembered about an address. `undefined`: it was never seen. */
export function addressBehaviourOf(entity: Entity | undefined, at: number): AddressBehaviour {
  const record = readAddressRecord(entity)
  return {
    reputation: reputationOf(record, at),
    usersLast24h: countDistinct(record.users, usersOfAddress, at),
    failedChallengesLast24h: countWithin(record.failed ?? [], last24Hours, at),
  }
}
