import { mixedBits } from '../hash.ts'
import { isUndecided, type PastInstance } from '../stored/past-instance.ts'

/** A user whom simulated attackers impersonate, and the newest action that was the user's own as far as anybody knows. */
export interface Victim {
  userId: string
  idempotencyKey: string
}

export interface VictimSample {
  addInstance(
    instance: Pick<PastInstance, 'userId' | 'idempotencyKey' | 'createdAt' | 'state' | 'outcome' | 'disputedAt' | 'signals'>,
  ): void
  /** The sample, always in the same order. */
  result(): Victim[]
}

interface Candidate extends Victim {
  bits: number
  createdAt: number
}

/**
 * Samples at most this many users from a history. Active and inactive users are equally likely, and the result is always the same: the
 * users whose ids have the smallest hashes. Only users with an accepted action that nobody disputed are taken.
 */
export function createVictimSample(most: number): VictimSample {
  let found = new Map<string, Candidate>()
  let largest = Number.POSITIVE_INFINITY
  return {
    addInstance(instance) {
      if (!isAccepted(instance)) return
      const { userId, idempotencyKey, createdAt } = instance
      const bits = mixedBits(userId)
      if (bits > largest) return
      if ((found.get(userId)?.createdAt ?? Number.NEGATIVE_INFINITY) > createdAt) return
      found.set(userId, { userId, idempotencyKey, bits, createdAt })
      if (found.size < 2 * most) return
      found = new Map(smallest().map((candidate) => [candidate.userId, candidate]))
      largest = Math.max(...[...found.values()].map((candidate) => candidate.bits))
    },
    result: () => smallest().map(({ userId, idempotencyKey }) => ({ userId, idempotencyKey })),
  }

  function smallest(): Candidate[] {
    return [...found.values()].sort((a, b) => a.bits - b.bits || (a.userId < b.userId ? -1 : 1)).slice(0, most)
  }
}

/**
 * True for an instance that was allowed on its merits, or confirmed, and not disputed since. Being let through for lack of an authenticator
 * does not count.
 */
export function isAccepted(instance: Pick<PastInstance, 'state' | 'outcome' | 'disputedAt' | 'signals'>): boolean {
  if (instance.disputedAt !== null || isUndecided(instance)) return false
  switch (instance.state) {
    case 'ALLOW':
      return instance.outcome === 'ALLOW'
    case 'CHALLENGE_SUCCEEDED':
    case 'REVIEW_SUCCEEDED':
      return true
    default:
      return false
  }
}
