import { drawAddress } from '../network.ts'
import { lasting } from '../person.ts'
import { type Attacker, buyTrust, type Guise } from './attack.ts'
import { commonBrowser } from './common-browser.ts'
import { deviceOf, drawNeighbour, drawOther, homeOf, userAgentOf } from './spy-on-victim.ts'

/** Has copied the device id (malware, a shared computer, a log) to another client, and can pretend to be the same browser. */
export const copyDeviceId: Attacker = {
  title: 'Thief of the device id',
  knows: 'a session, the device id, the browser, the provider; not the network of the victim',
  days: 30,
  perHundred: 4,
  attack(target) {
    const { random, victim, at: start } = target
    const near = drawOther(random, homeOf(victim, start).line, victim)
    const nextDoor = drawNeighbour(random, victim, start)
    const stolen = deviceOf(victim, start)
    const { deviceId } = stolen
    const { carrier, country } = victim
    const sameBrowser = (at: number) => userAgentOf(victim, at, stolen)
    const guises: Guise[] = [
      (at) => ({ ip: near, deviceId, userAgent: sameBrowser(at) }),
      (at) => ({ ip: nextDoor, deviceId, userAgent: sameBrowser(at) }),
      (at) => ({ ip: near, deviceId, userAgent: commonBrowser(at) }),
      () => ({ ip: near, deviceId, userAgent: null }),
      (at) => ({ ip: drawAddress(random, country.vpnExits), deviceId, userAgent: sameBrowser(at) }),
    ]
    const isPhone = lasting(victim.phones, start) === stolen
    if (carrier !== null && isPhone) guises.push((at) => ({ ip: drawAddress(random, carrier), deviceId, userAgent: sameBrowser(at) }))
    return buyTrust(target, guises, this.days)
  },
}
