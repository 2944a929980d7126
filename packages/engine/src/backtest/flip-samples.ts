import type { Outcome, State } from '../facts/outcome.ts'
import { mixedBits } from '../hash.ts'
import type { PastInstance } from '../stored/past-instance.ts'
import type { Label } from './label.ts'

/** An instance that the two policies decide differently. */
export interface Flip {
  userId: string
  action: string
  idempotencyKey: string
  /** Milliseconds UTC. */
  at: number
  state: State
  label: Label
  now: FlipSide
  draft: FlipSide
}

export interface FlipSide {
  outcome: Outcome
  /** The rule that gave it. `null`: none matched. */
  ruleId: string | null
  ruleIds: readonly string[]
}

export interface FlipSamples {
  add(instance: PastInstance, label: Label, now: FlipSide, draft: FlipSide): void
  /** By the two outcomes, then by time. */
  list(): Flip[]
}

interface Sampled {
  order: number
  flip: Flip
}

/**
 * Keeps up to `limit` flips of each kind. Their keys alone decide which, as in a random draw: the same history gives the same samples,
 * spread over all of it.
 */
export function createFlipSamples(limit: number): FlipSamples {
  const kinds = new Map<string, Sampled[]>()
  return {
    add(instance, label, now, draft) {
      const kind = `${now.outcome} ${draft.outcome}`
      let kept = kinds.get(kind)
      if (kept === undefined) {
        kept = []
        kinds.set(kind, kept)
      }
      const order = mixedBits(`${instance.userId} ${instance.idempotencyKey}`)
      if (kept.length >= limit && order >= (kept.at(-1)?.order ?? 0)) return
      const place = kept.findLastIndex((other) => other.order <= order) + 1
      kept.splice(place, 0, { order, flip: toFlip(instance, label, now, draft) })
      if (kept.length > limit) kept.pop()
    },
    list() {
      const sorted = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))
      return sorted.flatMap(([, kept]) => kept.map(({ flip }) => flip).sort((a, b) => a.at - b.at))
    },
  }
}

function toFlip(instance: PastInstance, label: Label, now: FlipSide, draft: FlipSide): Flip {
  const { userId, action, idempotencyKey, createdAt: at, state } = instance
  return { userId, action, idempotencyKey, at, state, label, now, draft }
}
