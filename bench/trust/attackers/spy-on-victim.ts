import type { IpFacts } from '@sallyport/engine'
import type { Random } from '../../../packages/server/src/seed/random.ts'
import { drawAddress, type Network } from '../network.ts'
import { type Device, type Home, lasting, type Person } from '../person.ts'
import { userAgentAt } from '../plan-transfers.ts'

/** Where the victim lives at a time. */
export function homeOf({ homes }: Person, at: number): Home {
  const home = lasting(homes, at)
  if (home === undefined) throw new RangeError('the victim has no home')
  return home
}

/** What the victim uses most at a time. */
export function deviceOf({ phones, computers }: Person, at: number): Device {
  const device = lasting(phones, at) ?? lasting(computers, at)
  if (device === undefined) throw new RangeError('the victim has no device')
  return device
}

/** The browser of the victim's device, in its current version. */
export function userAgentOf(victim: Person, at: number, device: Device = deviceOf(victim, at)): string {
  return userAgentAt(device, at)
}

/** An address of a network that is never the victim's own. */
export function drawOther(random: Random, network: Network, { homes, office }: Person): IpFacts {
  const own = new Set([...homes.map(({ ip }) => ip.address), office?.address])
  let ip = drawAddress(random, network)
  while (own.has(ip.address)) ip = drawAddress(random, network)
  return ip
}

/** An address in the /24 of the victim's home. */
export function drawNeighbour(random: Random, victim: Person, at: number): IpFacts {
  const { ip, line } = homeOf(victim, at)
  let other = drawOther(random, line, victim)
  while (other.network !== ip.network) other = drawOther(random, line, victim)
  return other
}
