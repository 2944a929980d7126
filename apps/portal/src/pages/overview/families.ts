import type { TimeBucket, TimeLayer } from '../../parts/time-buckets.ts'
import { eventsHref } from '../../url/events-href.ts'
import type { Overview } from './overview.ts'

/** What was decided at first, whatever became of it: each is one layer of the chart. */
export interface Family extends TimeLayer {
  id: 'block' | 'review' | 'challenge' | 'allow'
  /** How the badge draws it. */
  outcome: string
  /** What an event of it can be now. */
  states: readonly string[]
}

/** From the foot of the chart upwards: what is rare stands at the foot, where its height can be compared. */
export const families: readonly Family[] = [
  { id: 'block', word: 'Blocked', tone: 'block', outcome: 'BLOCK', states: ['BLOCK'] },
  {
    id: 'review',
    word: 'Reviewed',
    tone: 'review',
    outcome: 'REVIEW',
    states: ['REVIEW_REQUIRED', 'REVIEW_SUCCEEDED', 'REVIEW_FAILED'],
  },
  {
    id: 'challenge',
    word: 'Challenged',
    tone: 'challenge',
    outcome: 'CHALLENGE',
    states: ['CHALLENGE_REQUIRED', 'CHALLENGE_SUCCEEDED', 'CHALLENGE_FAILED'],
  },
  { id: 'allow', word: 'Allowed', tone: 'allow', outcome: 'ALLOW', states: ['ALLOW'] },
]

export function sumOfStates(counts: Readonly<Record<string, number>>, states: readonly string[]): number {
  return states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)
}

/** How many events of the range a family has, with the address of them. */
export function totalOf({ states, from, to }: Overview, family: Family): { count: number; href: string } {
  const count = family.states.reduce((sum, state) => sum + (states[state]?.count ?? 0), 0)
  return { count, href: eventsHref({ state: family.states.join(), from, to }) }
}

/** Everything that was not simply allowed. */
export function stoppedOf({ states, from, to }: Overview): { count: number; filter: Record<string, string> } {
  const stopped = families.flatMap(({ id, states: own }) => (id === 'allow' ? [] : own))
  return { count: stopped.reduce((sum, state) => sum + (states[state]?.count ?? 0), 0), filter: { state: stopped.join(), from, to } }
}

/** The hours or days of the chart. Where only some families are shown, nothing says what is usual of them. */
export function bucketsOf({ series }: Overview, isWhole: boolean): TimeBucket[] {
  return series.map(({ at, states, isRunning, usual, filter }) => ({
    at: Date.parse(at),
    counts: Object.fromEntries(families.map((family) => [family.id, sumOfStates(states, family.states)])),
    ...(isRunning ? { isRunning } : {}),
    usual: isWhole ? usual : undefined,
    href: eventsHref(
      isWhole ? filter : { ...filter, state: families.flatMap(({ id, states: all }) => (id === 'allow' ? [] : all)).join() },
    ),
  }))
}

/** The events of one column that one layer of it counts. */
export function hrefOfLayer({ series }: Overview, at: number, family: Family): string {
  const bucket = series.find((each) => Date.parse(each.at) === at)
  return eventsHref({ ...bucket?.filter, state: family.states.join() })
}
