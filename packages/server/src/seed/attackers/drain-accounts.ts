import { createRecipient } from '../create-people.ts'
import { drawAddress } from '../draw-address.ts'
import { deviceModels } from '../user-agents.ts'
import { attackOf, countOf, drawTime, drawVictims, type PlanAttacks, reportsOf } from './attack.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

/**
 * A gang has taken over the phone numbers of several customers (SIM swap), and empties their accounts from new phones on the same mobile networks: payments
 * just below the limit, one after the other, to the account of one mule.
 */
export const drainAccounts: PlanAttacks = (target) => {
  const { random, lookUp } = target
  return Array.from({ length: countOf(6, target) }, () => {
    const start = drawTime(target, 5)
    const recipient = createRecipient(random, 'K. Vale')
    const phones = deviceModels.filter(({ kind }) => kind === 'phone')
    return drawVictims(target, start, 12)
      .filter(({ phoneNetwork }) => phoneNetwork !== null)
      .slice(0, 5)
      .flatMap((victim, place) => {
        const at = start + place * random.whole(2, 9) * 60 * minuteMs
        const ipAddress = drawAddress(random, lookUp, victim.phoneNetwork ?? victim.homeNetwork)
        const machine = { ipAddress, deviceId: random.uuid(), userAgent: random.pick(phones).userAgent(146) }
        const attempts = [
          attackOf(random, 'drainer', victim, machine, { at, action: 'sign-in' }),
          ...Array.from({ length: random.whole(3, 6) }, (_, index) =>
            attackOf(random, 'drainer', victim, machine, {
              at: at + (2 + 3 * index) * minuteMs,
              action: 'adaptive-mfa-transfer',
              custom: { transactionValue: random.whole(850, 995), recipient },
            }),
          ),
        ]
        return [...attempts, ...reportsOf(random, attempts, at + (0.5 + random.next() * 3) * dayMs)]
      })
  }).flat()
}
