import { createRecipient } from '../create-people.ts'
import { drawAddress } from '../draw-address.ts'
import { countries } from '../networks.ts'
import type { PlannedTrack } from '../planned-step.ts'
import { deviceModels } from '../user-agents.ts'
import { attackOf, countOf, drawTime, drawVictims, type PlanAttacks, reportsOf } from './attack.ts'

const dayMs = 86_400_000

/**
 * A thief uses a session that was stolen, from their own machine at home: no sign-in, and small payments that no rule stops, day after day, in the hope that
 * the machine becomes one that the victim is known by. In the end a large one.
 */
export const stealSession: PlanAttacks = (target) => {
  const { random, lookUp } = target
  return Array.from({ length: countOf(9, target) }, () => {
    const start = drawTime(target, 9)
    const homes = random.pick(countries).homes
    const machine = {
      ipAddress: drawAddress(random, lookUp, random.pick(homes)),
      deviceId: random.uuid(),
      userAgent: random.pick(deviceModels).userAgent(146),
    }
    const recipient = createRecipient(random, 'L. Marsh')
    return drawVictims(target, start, 1).flatMap((victim) => {
      let at = start
      const payments = Array.from({ length: random.whole(5, 10) }, (): PlannedTrack => {
        at += random.whole(3, 24) * (dayMs / 24)
        const custom = { transactionValue: random.whole(25, 180), recipient }
        return attackOf(random, 'session_thief', victim, machine, { at, action: 'adaptive-mfa-transfer', custom })
      })
      at += dayMs / 3
      const custom = { transactionValue: random.whole(1200, 1900), recipient }
      payments.push(attackOf(random, 'session_thief', victim, machine, { at, action: 'adaptive-mfa-transfer', custom }))
      return [...payments, ...reportsOf(random, payments, at + random.whole(1, 4) * dayMs)]
    })
  }).flat()
}
