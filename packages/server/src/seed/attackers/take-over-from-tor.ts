import { drawAddress } from '../draw-address.ts'
import { torExits } from '../networks.ts'
import { torBrowser } from '../user-agents.ts'
import { attackOf, countOf, drawTime, drawVictims, type PlanAttacks, reportsOf } from './attack.ts'

const dayMs = 86_400_000
const minuteMs = 60_000

/** Somebody who knows one password tries, through Tor, to get past the challenge and to make the account their own. */
export const takeOverFromTor: PlanAttacks = (target) => {
  const { random, lookUp } = target
  return Array.from({ length: countOf(24, target) }, () => {
    const at = drawTime(target, 3)
    const machine = () => ({
      ipAddress: drawAddress(random, lookUp, random.pick(torExits)),
      deviceId: random.uuid(),
      userAgent: torBrowser,
    })
    return drawVictims(target, at, 1).flatMap((victim) => {
      const attempts = [
        attackOf(random, 'tor_take_over', victim, machine(), {
          at,
          action: 'sign-in',
          answer: random.chance(0.4) ? 'guesses' : 'gives_up',
        }),
        attackOf(random, 'tor_take_over', victim, machine(), { at: at + 4 * minuteMs, action: 'enroll-passkey' }),
        attackOf(random, 'tor_take_over', victim, machine(), { at: at + 7 * minuteMs, action: 'change-profile' }),
      ].slice(0, random.whole(1, 3))
      return [...attempts, ...reportsOf(random, attempts, at + (0.2 + random.next() * 2) * dayMs)]
    })
  }).flat()
}
