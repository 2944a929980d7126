import { LRUCache } from 'lru-cache'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { networkOf } from '../addresses/network-of.ts'
import { takePoint, tooManyRequests } from '../http/rate-limit.ts'
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
      const msToWait = await takePoint(ofAddress, key)
      if (msToWait !== undefined) {
        throw tooManyRequests('too many answers from this address were refused', msToWait)
      }
      return {
        forget: async () => void (await ofAddress.reward(key)),
        mayRecord: async () => (await takePoint(ofTenant, tenantId)) === undefined,
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
