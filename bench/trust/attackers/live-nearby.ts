import { drawAddress } from '../network.ts'
import { lasting } from '../person.ts'
import { type Attacker, buyTrust, type Guise } from './attack.ts'
import { drawNeighbour, drawOther, homeOf, userAgentOf } from './spy-on-victim.ts'

/** Knows the victim: comes from the same provider in the same city, from a neighbouring address or the same mobile carrier, with exactly the same browser. */
export const liveNearby: Attacker = {
  title: 'Same provider, same city',
  knows: 'the password, the provider, the city, the browser',
  days: 14,
  perHundred: 4,
  attack(target) {
    const { random, victim, at: start } = target
    const deviceId = random.uuid()
    const near = drawOther(random, homeOf(victim, start).line, victim)
    const nextDoor = drawNeighbour(random, victim, start)
    const { carrier } = victim
    const guises: Guise[] = [
      (at) => ({ ip: nextDoor, deviceId, userAgent: userAgentOf(victim, at) }),
      (at) => ({ ip: near, deviceId, userAgent: userAgentOf(victim, at) }),
      (at) => ({ ip: near, deviceId: null, userAgent: userAgentOf(victim, at) }),
      () => ({ ip: near, deviceId: null, userAgent: null }),
    ]
    if (carrier !== null) {
      // The same carrier puts many customers behind one address: with luck, one that the victim had.
      guises.push((at) => ({ ip: drawAddress(random, carrier), deviceId, userAgent: userAgentOf(victim, at, lasting(victim.phones, at)) }))
    }
    return buyTrust(target, guises, this.days)
  },
}
