import { RateLimiterMemory } from 'rate-limiter-flexible'
import { networkOf } from '../addresses/network-of.ts'
import { takePoint, tooManyRequests } from './rate-limit.ts'

export interface AddressLimit {
  /** Requests of one address, or of one IPv6 network, in a window. */
  points: number
  windowSeconds: number
}

/** Creates a function that counts a request of an address, and refuses with 429 what is too much. Counts in this process. */
export function createAddressLimit({ points, windowSeconds }: AddressLimit): (ipAddress: string) => Promise<void> {
  const limiter = new RateLimiterMemory({ keyPrefix: '', points, duration: windowSeconds })
  return async (ipAddress) => {
    const msToWait = await takePoint(limiter, networkOf(ipAddress))
    if (msToWait !== undefined) throw tooManyRequests('there are too many requests from this address', msToWait)
  }
}
