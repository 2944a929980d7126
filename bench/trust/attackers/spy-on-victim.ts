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
