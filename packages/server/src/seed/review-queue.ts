import type { PlannedTrack } from './planned-step.ts'
import type { Random } from './random.ts'

const hourMs = 3_600_000
/** From the end of the history on back, reviews are left so that this many wait. */
const waitingAtEnd = 14
const lastDaysMs = 4 * 24 * hourMs

/** The instances that wait for a person, in the order in which they came. */
export interface ReviewQueue {
  readonly length: number
  add(step: PlannedTrack): void
  /** Somebody settled it in another way. */
  remove(step: Pick<PlannedTrack, 'userId' | 'idempotencyKey'>): void
  /** Takes what a person has come to by this time. */
  takeDue(at: number): { step: PlannedTrack; reviewedAt: number }[]
}

/** A person looks at each within hours; of those of the last days, the queue keeps some. */
export function createReviewQueue(random: Random, until: number): ReviewQueue {
  const waiting = new Map<string, { step: PlannedTrack; reviewedAt: number }>()
  const nameOf = ({ userId, idempotencyKey }: Pick<PlannedTrack, 'userId' | 'idempotencyKey'>) => `${userId} ${idempotencyKey}`
  return {
    get length() {
      return waiting.size
    },
    add: (step) => void waiting.set(nameOf(step), { step, reviewedAt: step.at + Math.round(Math.min(40, random.skewed(4, 0.8)) * hourMs) }),
    remove: (step) => void waiting.delete(nameOf(step)),
    takeDue(at) {
      const due = [...waiting].filter(([, { reviewedAt }]) => reviewedAt <= at)
      const most = at > until - lastDaysMs ? Math.max(0, waiting.size - waitingAtEnd) : due.length
      return due.slice(0, most).map(([name, entry]) => {
        waiting.delete(name)
        return entry
      })
    },
  }
}
