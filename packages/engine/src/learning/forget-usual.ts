import type { Entity } from '../stored/entity.ts'
import { overFirstDays } from './first-days.ts'
import { isFirstSuccess } from './success-counts.ts'
import { emptyUserProfile, readUserProfile, type UserProfile } from './user-profile.ts'

/**
 * The profile of a user without anything that was learnt from what ended well; `undefined` when nothing was. What counts recent events stays: nobody gets out
 * of a velocity limit by being forgotten. The first days of the account do not come back: a stranger to whom they came would be taken on
 * trust.
 */
export function forgetUsual(entity: Entity | undefined): Entity | undefined {
  const profile = readUserProfile(entity)
  if (isEmpty(profile)) return undefined
  const { v, last, acts, acts24h, devs, ips, cos, failed, x } = profile
  const left: UserProfile = {
    ...emptyUserProfile,
    v,
    last,
    acts,
    acts24h,
    ...(devs !== undefined && { devs }),
    ...(ips !== undefined && { ips }),
    ...(cos !== undefined && { cos }),
    ...(failed !== undefined && { failed }),
    ...(x !== undefined && { x }),
    first: overFirstDays,
  }
  return left as Entity
}

function isEmpty(profile: UserProfile): boolean {
  const { passed, trust, devices, networks, asns, countries, browsers, systems, agents = [], types = [], hours, places, at } = profile
  const lists = [trust, devices, networks, asns, countries, browsers, systems, agents, types, hours, places]
  return passed === 0 && at === undefined && lists.every(({ length }) => length === 0) && isFirstSuccess(profile)
}
