import type { components } from '../../../generated/api-types.ts'

/** A backtest; one that is kept with a proposal lacks the single events and the days. */
export type Backtest = Omit<components['schemas']['BacktestResult'], 'flips' | 'signals' | 'days'> &
  Partial<Pick<components['schemas']['BacktestResult'], 'flips' | 'signals' | 'days'>>

export const outcomes = ['ALLOW', 'CHALLENGE', 'REVIEW', 'BLOCK'] as const
export type Outcome = (typeof outcomes)[number]

/** What the change would have done, before any table. */
export function describeBacktest(result: Backtest): string[] {
  const { instances, changed, usersAffected, usersAffectedIsAtLeast, challengesPerDay } = result
  if (instances === 0) return ['There was no event of this action in that time, so nothing can be said.']
  if (changed === 0) return [`All ${instances.toLocaleString()} events would have been decided as they would be now.`]
  const people = `${usersAffectedIsAtLeast ? 'at least ' : ''}${usersAffected.toLocaleString()} ${usersAffected === 1 ? 'person' : 'people'}`
  return [
    `${changed.toLocaleString()} of ${instances.toLocaleString()} events would have been decided otherwise, for ${people}.`,
    extraChallenges(challengesPerDay.extra),
    ...shares(result),
  ]
}

function extraChallenges(extra: number): string {
  const size = Math.abs(extra)
  if (size < 0.005) return 'As many challenges a day as now.'
  const number = size.toLocaleString(undefined, { maximumFractionDigits: size < 10 ? 1 : 0 })
  const shown = number === '0' ? 'Fewer than 0.1' : number
  return `${shown} ${extra > 0 ? 'more' : 'fewer'} challenges a day.`
}

function shares({ now, draft, labels }: Backtest): string[] {
  const bad =
    now.recall === null || draft.recall === null
      ? 'No event in that time is known to be bad, so what it would catch is not known.'
      : `Of ${labels.bad.toLocaleString()} known bad events it would have stopped ${share(draft.stopped.bad, draft.recall)}, now ${share(now.stopped.bad, now.recall)}.`
  const good =
    now.goodStopped === null || draft.goodStopped === null
      ? []
      : [
          `Of ${labels.good.toLocaleString()} known good ones it would have stopped ${share(draft.stopped.good, draft.goodStopped)}, now ${share(now.stopped.good, now.goodStopped)}.`,
        ]
  return [bad, ...good]
}

function share(count: number, of: number): string {
  return `${count.toLocaleString()} (${(of * 100).toLocaleString(undefined, { maximumFractionDigits: 1 })} %)`
}

/** The cells of the matrix off its diagonal that have events, the largest first. */
export function flipCells({ matrix }: Pick<Backtest, 'matrix'>): { now: Outcome; draft: Outcome; count: number }[] {
  return outcomes
    .flatMap((now) => outcomes.map((draft) => ({ now, draft, count: now === draft ? 0 : matrix[now][draft] })))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
}
