import { torBrowser } from '../../../packages/server/src/seed/user-agents.ts'
import { drawAddress } from '../network.ts'
import { type Attacker, buyTrust } from './attack.ts'
import { commonBrowser } from './common-browser.ts'

/** Has passwords from a leak, and tries them from behind Tor. */
export const stuffFromTor: Attacker = {
  title: 'Credential stuffer on Tor',
  knows: 'the password',
  days: 3,
  perHundred: 10,
  attack(target) {
    const { random, geography } = target
    const exit = () => drawAddress(random, geography.torExits)
    const kept = { ip: exit(), deviceId: random.uuid() }
    return buyTrust(
      target,
      [
        () => ({ ip: exit(), deviceId: random.uuid(), userAgent: torBrowser }),
        () => ({ ip: exit(), deviceId: null, userAgent: null }),
        () => ({ ...kept, userAgent: torBrowser }),
        (at) => ({ ip: exit(), deviceId: random.uuid(), userAgent: commonBrowser(at) }),
      ],
      3,
    )
  },
}
