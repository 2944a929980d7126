import { networkOf } from '../addresses/network-of.ts'
import { ApiError } from '../errors/api-error.ts'

/** What WebSockets may cost one process. */
export interface SocketLimits {
  /** Open at once: in all, of one tenant, and of one address or one IPv6 network. */
  open: number
  ofTenant: number
  ofAddress: number
  /** Milliseconds that one with nothing to wait for stays open. */
  idleMs: number
  /** Milliseconds between signs of life that are asked for. Without an answer by the next time, it is closed. */
  pingMs: number
  /** Milliseconds between looks at what is waited for. */
  pollMs: number
  /** Milliseconds that a client has to close its side when the server stops. */
  closeMs: number
}

/** The other side of an open WebSocket. */
export interface SocketOwner {
  tenantId: string
  ipAddress: string
}

const defaultLimits: SocketLimits = {
  open: 5_000,
  ofTenant: 2_000,
  ofAddress: 50,
  idleMs: 60_000,
  pingMs: 25_000,
  pollMs: 1_000,
  closeMs: 5_000,
}

export function withDefaultLimits(given: Partial<SocketLimits> = {}): SocketLimits {
  return { ...defaultLimits, ...given }
}

/** Counts open WebSockets. */
export interface SocketPlaces {
  /** Takes a place, or refuses when the server, the tenant or the address has no other one. */
  take(owner: SocketOwner): void
  giveBack(owner: SocketOwner): void
  count(): number
}

export function createSocketPlaces({ open, ofTenant, ofAddress }: Pick<SocketLimits, 'open' | 'ofTenant' | 'ofAddress'>): SocketPlaces {
  const tenants = new Map<string, number>()
  const addresses = new Map<string, number>()
  let taken = 0

  return {
    take({ tenantId, ipAddress }) {
      const address = networkOf(ipAddress)
      const wait = { retryAfterSeconds: 5 }
      if (taken >= open) throw new ApiError('unavailable', 'too many WebSockets are open on this server', wait)
      if ((tenants.get(tenantId) ?? 0) >= ofTenant) {
        throw new ApiError('too_many_requests', 'too many WebSockets of this tenant are open', wait)
      }
      if ((addresses.get(address) ?? 0) >= ofAddress) {
        throw new ApiError('too_many_requests', 'too many WebSockets of this address are open', wait)
      }
      taken += 1
      add(tenants, tenantId, 1)
      add(addresses, address, 1)
    },
    giveBack({ tenantId, ipAddress }) {
      taken -= 1
      add(tenants, tenantId, -1)
      add(addresses, networkOf(ipAddress), -1)
    },
    count: () => taken,
  }
}

function add(counts: Map<string, number>, name: string, change: number): void {
  const count = (counts.get(name) ?? 0) + change
  if (count === 0) counts.delete(name)
  else counts.set(name, count)
}
