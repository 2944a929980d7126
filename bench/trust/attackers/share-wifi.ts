import { type Attacker, buyTrust } from './attack.ts'
import { deviceOf, homeOf, userAgentOf } from './spy-on-victim.ts'

/** Is inside: malware on the device, or somebody in the house who has copied everything. Sends exactly what the victim sends. */
export const shareWifi: Attacker = {
  title: 'Thief of the session on the same Wi-Fi',
  knows: 'everything the victim sends, and sends it from the victim’s own network',
  days: 3,
  perHundred: 4,
  attack(target) {
    const { victim } = target
    return buyTrust(
      target,
      [(at) => ({ ip: homeOf(victim, at).ip, deviceId: deviceOf(victim, at).deviceId, userAgent: userAgentOf(victim, at) })],
      this.days,
    )
  },
}
