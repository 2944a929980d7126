import type { RateLimiterMemory } from 'rate-limiter-flexible'
import { ApiError } from '../errors/api-error.ts'

/** Takes one point of a key. Resolves with the milliseconds until there is one when none is left. */
export async function takePoint(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key)
    return undefined
  } catch (refused) {
    if (refused instanceof Error) throw refused
    return (refused as { msBeforeNext: number }).msBeforeNext
  }
}

export function tooManyRequests(description: string, msToWait: number): ApiError {
  return new ApiError('too_many_requests', description, { retryAfterSeconds: Math.max(1, Math.ceil(msToWait / 1000)) })
}
