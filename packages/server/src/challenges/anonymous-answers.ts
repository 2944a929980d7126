import { LRUCache } from 'lru-cache'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { networkOf } from '../addresses/network-of.ts'
import { ApiError } from '../errors/api-error.ts'
import type { AnsweredChallenge } from './challenge-row.ts'

export interface AnonymousAnswerLimits {
  /** Refused answers that one address may give in a window before the next one is turned away unread. */
  perAddress: number
  /** Refused answers of one tenant in a window that are put on record. */
  perTenant: number
  windowSeconds: number
}

/**
 * Bounds what answers cost that come without a token, so from anybody who knows a tenant's id: each that is refused may leave a row, and each writes a
 * line to the log. Kept in this process.
 */
export interface AnonymousAnswers {
  /** Takes an answer to be judged. Refuses with 429 the address whose answers were refused too often lately. */
  admit(tenantId: string, ipAddress: string): Promise<AdmittedAnswer>
}

export interface AdmittedAnswer {
  /** The answer was accepted, or its refusal cost nothing: it does not count. */
  forget(): Promise<void>
  /** Whether the refusal of this answer may be put on record: there are not too many of its tenant. */
  mayRecord(): Promise<boolean>
  /** Uses a challenge up without a row: true for the first answer. */
  useUp(challenge: Pick<AnsweredChallenge, 'tenantId' | 'challengeId'>): boolean
  isUsedUp(challenge: Pick<AnsweredChallenge, 'tenantId' | 'challengeId'>): boolean
}

const defaultLimits: AnonymousAnswerLimits = { perAddress: 120, perTenant: 1200, windowSeconds: 60 }
/** Far more than the answers that are put on record in the lifetime of a challenge. */
const maxRemembered = 20_000

export function createAnonymousAnswers(limits: AnonymousAnswerLimits = defaultLimits): AnonymousAnswers {
  const { perAddress, perTenant, windowSeconds } = limits
  const ofAddress = new RateLimiterMemory({ keyPrefix: '', points: perAddress, duration: windowSeconds })
  const ofTenant = new RateLimiterMemory({ keyPrefix: '', points: perTenant, duration: windowSeconds })
  const usedUp = new LRUCache<string, true>({ max: maxRemembered })
  const nameOf = ({ tenantId, challengeId }: Pick<AnsweredChallenge, 'tenantId' | 'challengeId'>) => `${tenantId}\n${challengeId}`

  return {
    async admit(tenantId, ipAddress) {
      const key = `${tenantId}\n${networkOf(ipAddress)}`
      const msToWait = await take(ofAddress, key)
      if (msToWait !== undefined) {
        throw new ApiError('too_many_requests', 'too many answers from this address were refused', {
          retryAfterSeconds: Math.max(1, Math.ceil(msToWait / 1000)),
        })
      }
      return {
        forget: async () => void (await ofAddress.reward(key)),
        mayRecord: async () => (await take(ofTenant, tenantId)) === undefined,
        isUsedUp: (challenge) => usedUp.has(nameOf(challenge)),
        useUp(challenge) {
          const name = nameOf(challenge)
          if (usedUp.has(name)) return false
          usedUp.set(name, true)
          return true
        },
      }
    },
  }
}

/** Takes one point; when there is none, the milliseconds until there is. */
async function take(limiter: RateLimiterMemory, key: string): Promise<number | undefined> {
  try {
    await limiter.consume(key)
    return undefined
  } catch (refused) {
    if (refused instanceof Error) throw refused
    return (refused as { msBeforeNext: number }).msBeforeNext
  }
}
