import type { State } from '@sallyport/engine'
import type { AttackerKind, PlannedReport, PlannedTrack } from './planned-step.ts'

type Named = Pick<PlannedTrack, 'userId' | 'action' | 'idempotencyKey'>

/** Counts what came of a history. */
export interface Tally {
  decisions: number
  /** By the state that was decided. */
  decided: (step: PlannedTrack, state: State) => void
  /** An instance went on to another state. */
  moved: (step: Named, state: State) => void
  reported: (step: PlannedReport, state: State) => void
  openReviews: number
  /** Shares of the states that were decided. */
  firstStates: Partial<Record<State, number>>
  /** Instances by the state in which they are in the end. */
  lastStates: Partial<Record<State, number>>
  attacks: Partial<Record<AttackerKind, AttackCount>>
}

export interface AttackCount {
  attempts: number
  /** Not allowed at once. */
  stopped: number
  /** Known to be fraud. */
  reported: number
}

export function createTally(): Tally {
  const states = new Map<string, State>()
  const tally: Tally = {
    decisions: 0,
    openReviews: 0,
    firstStates: {},
    lastStates: {},
    attacks: {},
    decided(step, state) {
      tally.decisions += 1
      tally.firstStates[state] = (tally.firstStates[state] ?? 0) + 1
      tally.moved(step, state)
      if (step.attacker === undefined) return
      const count = countOf(step.attacker)
      count.attempts += 1
      if (state !== 'ALLOW') count.stopped += 1
    },
    moved(step, state) {
      const name = `${step.userId} ${step.idempotencyKey}`
      const before = states.get(name)
      if (before !== undefined) tally.lastStates[before] = (tally.lastStates[before] ?? 0) - 1
      tally.lastStates[state] = (tally.lastStates[state] ?? 0) + 1
      states.set(name, state)
    },
    reported(step, state) {
      countOf(step.attacker).reported += 1
      tally.moved(step, state)
    },
  }
  return tally

  function countOf(attacker: AttackerKind): AttackCount {
    const count = tally.attacks[attacker] ?? { attempts: 0, stopped: 0, reported: 0 }
    tally.attacks[attacker] = count
    return count
  }
}
