import { type Attacker, buyTrust } from './attack.ts'
import { commonBrowser } from './common-browser.ts'
import { drawStart } from './draw-start.ts'
import { drawOther, homeOf, userAgentOf } from './spy-on-victim.ts'

/**
 * Has a stolen session, and time: repeats what is allowed from one machine of their own for thirty days, so that it becomes one that the
 * victim is known by. A third of the victims have just opened their account.
 */
export const bePatient: Attacker = {
  title: 'Patient, small amounts for 30 days',
  knows: 'a session; half of them the provider and the browser too',
  days: 30,
  perHundred: 4,
  beginsAt: (random, victim, lastStart) => (random.chance(1 / 3) ? victim.joinedAt : drawStart(random, victim, lastStart)),
  attack(target) {
    const { random, geography, victim, at: start } = target
    const deviceId = random.uuid()
    const knowsVictim = random.chance(0.5)
    const elsewhere = random.pick(random.pick(random.pick(geography.countries).cities).lines)
    const ip = drawOther(random, knowsVictim ? homeOf(victim, start).line : elsewhere, victim)
    const userAgent = (at: number) => (knowsVictim ? userAgentOf(victim, at) : commonBrowser(at))
    return buyTrust(
      target,
      [(at) => ({ ip, deviceId, userAgent: userAgent(at) }), (at) => ({ ip, deviceId: null, userAgent: userAgent(at) })],
      this.days,
    )
  },
}
