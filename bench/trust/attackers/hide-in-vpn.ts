import { drawAddress } from '../network.ts'
import { type Attacker, buyTrust } from './attack.ts'
import { commonBrowser } from './common-browser.ts'

/** Has the password and knows the country: comes through VPN exits there, some of which no list has. */
export const hideInVpn: Attacker = {
  title: 'VPN in the right country',
  knows: 'the password and the country; one VPN exit in seven is on no list and looks like a home',
  days: 14,
  perHundred: 4,
  attack(target) {
    const { random, victim } = target
    const { vpnExits, missedExits } = victim.country
    const deviceId = random.uuid()
    const listed = drawAddress(random, vpnExits)
    const missed = drawAddress(random, missedExits)
    const rotate = () => drawAddress(random, random.chance(1 / 7) ? missedExits : vpnExits)
    return buyTrust(
      target,
      [
        (at) => ({ ip: rotate(), deviceId, userAgent: commonBrowser(at) }),
        (at) => ({ ip: missed, deviceId, userAgent: commonBrowser(at) }),
        (at) => ({ ip: listed, deviceId, userAgent: commonBrowser(at) }),
        (at) => ({ ip: missed, deviceId: null, userAgent: commonBrowser(at) }),
      ],
      this.days,
    )
  },
}
