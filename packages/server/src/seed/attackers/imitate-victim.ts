import { createRecipient } from '../create-people.ts'
import { drawAddress } from '../draw-address.ts'
import { lasting } from '../person.ts'
import { attackOf, countOf, drawTime, drawVictims, type PlanAttacks, reportsOf } from './attack.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

/** Somebody who knows the victim: the same country, the same provider and the same kind of browser, on a machine of their own. */
export const imitateVictim: PlanAttacks = (target) => {
  const { random, lookUp } = target
  return Array.from({ length: countOf(14, target) }, () => {
    const at = drawTime(target, 4)
    return drawVictims(target, at, 1).flatMap((victim) => {
      const model = lasting(victim.devices, at)?.model
      if (model === undefined) return []
      const ipAddress = drawAddress(random, lookUp, victim.homeNetwork)
      const machine = { ipAddress, deviceId: random.uuid(), userAgent: model.userAgent(146) }
      const recipient = createRecipient(random, 'J. Harrow')
      const attack = (afterMinutes: number, action: 'sign-in' | 'change-payee' | 'adaptive-mfa-transfer', custom?: object) =>
        attackOf(random, 'imitator', victim, machine, {
          at: at + afterMinutes * minuteMs,
          action,
          custom,
          answer: random.chance(0.2) ? 'guesses' : 'gives_up',
        })
      const attempts = [
        attack(0, 'sign-in'),
        attack(2, 'change-payee', { recipient }),
        attack(5, 'adaptive-mfa-transfer', { transactionValue: random.whole(2100, 6000), recipient }),
        attack(8, 'adaptive-mfa-transfer', { transactionValue: random.whole(600, 990), recipient }),
      ]
      return [...attempts, ...reportsOf(random, attempts, at + (0.3 + random.next() * 3) * dayMs)]
    })
  }).flat()
}
