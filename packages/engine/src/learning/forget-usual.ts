import type { Entity } from '../stored/entity.ts'
import { readUserProfile, type UserProfile } from './user-profile.ts'

/**
 * The profile of a user without anything that was learnt from what ended well. What counts recent events stays: nobody gets out of a velocity limit by being
 * forgotten.
 */
export function forgetUsual(entity: Entity): Entity {
  const { v, last, acts, acts24h, devs, ips, cos, failed, x } = readUserProfile(entity)
  const left: UserProfile = {
    v,
    last,
    acts,
    acts24h,
    ...(devs !== undefined && { devs }),
    ...(ips !== undefined && { ips }),
    ...(cos !== undefined && { cos }),
    ...(failed !== undefined && { failed }),
    ...(x !== undefined && { x }),
    passed: 0,
    trust: [],
    devices: [],
    networks: [],
    asns: [],
    countries: [],
    browsers: [],
    systems: [],
    hours: [],
    places: [],
  }
  return left as Entity
}
