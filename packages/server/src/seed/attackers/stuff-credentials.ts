import { drawAddress } from '../draw-address.ts'
import { rentedServers } from '../networks.ts'
import type { PlannedTrack } from '../planned-step.ts'
import { scriptedUserAgents } from '../user-agents.ts'
import { attackOf, countOf, drawTime, drawVictims, type PlanAttacks, reportsOf } from './attack.ts'

const dayMs = 86_400_000

/** A program tries leaked passwords of many customers from a few rented servers, one customer after the other. */
export const stuffCredentials: PlanAttacks = (target) => {
  const { random, lookUp } = target
  return Array.from({ length: countOf(8, target) }, () => {
    const start = drawTime(target, 2)
    const servers = Array.from({ length: random.whole(2, 4) }, () => drawAddress(random, lookUp, random.pick(rentedServers)))
    const userAgent = random.pick(scriptedUserAgents)
    let at = start
    const attempts = drawVictims(target, start, random.whole(35, 60)).map((victim): PlannedTrack => {
      at += random.whole(4_000, 45_000)
      const machine = { ipAddress: random.pick(servers), deviceId: random.uuid(), userAgent }
      return attackOf(random, 'credential_stuffer', victim, machine, { at, action: 'sign-in' })
    })
    return [...attempts, ...reportsOf(random, attempts, at + random.next() * dayMs)]
  }).flat()
}
