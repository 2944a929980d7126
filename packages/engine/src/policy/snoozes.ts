import { type Network, parseAddress, parseNetwork } from '../language/cidr.ts'
import { slot } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'

/** Silences a rule for one user, for one device or for one address or network, until it ends by itself. Exactly one of the three is given. */
export interface RuleSnooze {
  userId?: string
  deviceId?: string
  /** Canonical text, or CIDR notation. */
  ipAddress?: string
  /** Milliseconds UTC. The rule counts again from then on. */
  until: number
  /** In the words of the person who asked for it. */
  reason: string
  /** The name of that person or key. */
  by?: string
}

/** The snooze that covers an event: of several, the one that ends last. */
export type FindSnooze = (signals: Signals, subject: { userId: string; at: number }) => RuleSnooze | undefined

type Covers = (userId: string, deviceId: unknown, address: unknown) => boolean

/** `undefined`: there are none, so that a rule without snoozes costs nothing. A device or an address that is not known is covered by none. */
export function compileSnoozes(snoozes: readonly RuleSnooze[] | undefined): FindSnooze | undefined {
  if (snoozes === undefined || snoozes.length === 0) return undefined
  const compiled = [...snoozes].sort((a, b) => b.until - a.until).map((snooze) => ({ snooze, covers: compileSubject(snooze) }))
  return ({ values }, { userId, at }) => {
    // A signed id without its proof may be a copy: what holds for the device does not hold for it.
    const deviceId = values[slot['device.isProven']] === false ? undefined : values[slot['device.id']]
    const address = values[slot['ip.address']]
    for (const { snooze, covers } of compiled) {
      if (at >= snooze.until) return undefined
      if (covers(userId, deviceId, address)) return snooze
    }
    return undefined
  }
}

function compileSubject({ userId, deviceId, ipAddress }: RuleSnooze): Covers {
  if (userId !== undefined) return (user) => user === userId
  if (deviceId !== undefined) return (_user, device) => device === deviceId
  const network = ipAddress === undefined ? undefined : parseNetwork(ipAddress)
  return network === undefined ? () => false : (_user, _device, address) => typeof address === 'string' && isIn(network, address)
}

function isIn({ width, bits, prefix }: Network, text: string): boolean {
  const address = parseAddress(text)
  const shift = BigInt(width - prefix)
  return address !== undefined && address.width === width && address.bits >> shift === bits >> shift
}
