import type { Outcome } from '../facts/outcome.ts'
import { countLabel, type Label, type LabelCounts, noLabels, shareOf } from './label.ts'

/** The results of one policy. Stopped: any outcome but `ALLOW`. */
export interface PolicyScore {
  outcomes: Record<Outcome, number>
  stopped: LabelCounts
  /** The share of the stopped instances with a label that were bad. `null`: none has a label. */
  precision: number | null
  /** The share of the bad instances that were stopped. `null`: there was none. */
  recall: number | null
  /** Friction. */
  challengesPer100: number
  stoppedPer100: number
  /** The share of the good instances that were stopped. */
  goodStopped: number | null
}

export interface PolicyTally {
  outcomes: Record<Outcome, number>
  stopped: LabelCounts
}

export function createPolicyTally(): PolicyTally {
  return { outcomes: { ALLOW: 0, CHALLENGE: 0, REVIEW: 0, BLOCK: 0 }, stopped: noLabels() }
}

export function addOutcome(tally: PolicyTally, outcome: Outcome, label: Label): void {
  tally.outcomes[outcome] += 1
  if (outcome !== 'ALLOW') countLabel(tally.stopped, label)
}

/** `labels`: the labels of all instances, stopped or not. */
export function scorePolicy({ outcomes, stopped }: PolicyTally, labels: LabelCounts): PolicyScore {
  const actions = labels.good + labels.bad + labels.unlabelled
  return {
    outcomes: { ...outcomes },
    stopped: { ...stopped },
    precision: shareOf(stopped.bad, stopped.bad + stopped.good),
    recall: shareOf(stopped.bad, labels.bad),
    challengesPer100: per100(outcomes.CHALLENGE, actions),
    stoppedPer100: per100(actions - outcomes.ALLOW, actions),
    goodStopped: shareOf(stopped.good, labels.good),
  }
}

export function per100(count: number, actions: number): number {
  return actions === 0 ? 0 : Math.round((count / actions) * 1e4) / 100
}
