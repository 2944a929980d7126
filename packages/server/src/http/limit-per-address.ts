import { RateLimiterMemory } from 'rate-limiter-flexible'
import { networkOf } from '../addresses/network-of.ts'
import { ApiError } from '../errors/api-error.ts'

export interface AddressLimit {
  /** Requests of one address, or of one IPv6 network, in a window. */
  points: number
  windowSeconds: number
}

/** Creates a function that counts a request of an address, and refuses with 429 what is too much. Counts in this process. */
export function createAddressLimit({ points, windowSeconds }: AddressLimit): (ipAddress: string) => Promise<void> {
  const limiter = new RateLimiterMemory({ keyPrefix: '', points, duration: windowSeconds })
  return async (ipAddress) => {
    try {
      await limiter.consume(networkOf(ipAddress))
    } catch (refused) {
      if (refused instanceof Error) throw refused
      const { msBeforeNext } = refused as { msBeforeNext: number }
      throw new ApiError('too_many_requests', 'there are too many requests from this address', {
        retryAfterSeconds: Math.max(1, Math.ceil(msBeforeNext / 1000)),
      })
    }
  }
}
