import type { Instance } from '../stored/instance.ts'

/** How an instance turned out: the user's own action, or somebody else's. `null`: not known. */
export type Label = 'good' | 'bad' | null

/**
 * What is known comes first: an instance with the label `good` or `fraud` is good or bad, and one that was disputed is bad. Otherwise its end tells. Good:
 * the challenge was passed, or a review confirmed it. Bad: the challenge or the review failed, or it was blocked. An allowed instance and an unanswered
 * challenge have no label.
 */
export function labelOf({ state, disputedAt, label }: Pick<Instance, 'state' | 'disputedAt' | 'label'>): Label {
  if (label !== undefined) return label.value === 'good' ? 'good' : 'bad'
  if (disputedAt !== null) return 'bad'
  switch (state) {
    case 'CHALLENGE_SUCCEEDED':
    case 'REVIEW_SUCCEEDED':
      return 'good'
    case 'CHALLENGE_FAILED':
    case 'REVIEW_FAILED':
    case 'BLOCK':
      return 'bad'
    case 'ALLOW':
    case 'CHALLENGE_REQUIRED':
    case 'REVIEW_REQUIRED':
      return null
  }
}

/** Counts by label. */
export interface LabelCounts {
  good: number
  bad: number
  unlabelled: number
}

export function countLabel(counts: LabelCounts, label: Label): void {
  if (label === 'good') counts.good += 1
  else if (label === 'bad') counts.bad += 1
  else counts.unlabelled += 1
}

export function noLabels(): LabelCounts {
  return { good: 0, bad: 0, unlabelled: 0 }
}

/** The share of a part in a whole, 0 to 1 with four decimals. `null`: the whole is empty. */
export function shareOf(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((part / whole) * 1e4) / 1e4
}
