import { type Attack, type Attacker, buyTrust, type Target } from './attack.ts'
import { commonBrowser } from './common-browser.ts'
import { drawOther, homeOf, userAgentOf } from './spy-on-victim.ts'

/**
 * Has a stolen session, and time: repeats what is allowed from one machine of their own for thirty days, so that it becomes one that the
 * victim is known by.
 */
export const bePatient: Attacker = {
  title: 'Patient, small amounts for 30 days',
  knows: 'a session; half of them the provider and the browser too',
  days: 30,
  perHundred: 4,
  attack: attackPatiently,
}

/** The same from the day on which the account is opened, when nothing is known of the user yet. */
export const beThereFirst: Attacker = { ...bePatient, title: 'Patient, and there from the first day', isThereFirst: true }

function attackPatiently(target: Target): Attack {
  const { random, geography, victim, at: start } = target
  const deviceId = random.uuid()
  const knowsVictim = random.chance(0.5)
  const elsewhere = random.pick(random.pick(random.pick(geography.countries).cities).lines)
  const ip = drawOther(random, knowsVictim ? homeOf(victim, start).line : elsewhere, victim)
  const userAgent = (at: number) => (knowsVictim ? userAgentOf(victim, at) : commonBrowser(at))
  return buyTrust(
    target,
    [(at) => ({ ip, deviceId, userAgent: userAgent(at) }), (at) => ({ ip, deviceId: null, userAgent: userAgent(at) })],
    bePatient.days,
  )
}
