import { formatShare } from '../../parts/format-share.ts'
import type { Tone } from '../../parts/state.ts'
import { eventsHref } from '../../url/events-href.ts'
import type { Overview } from './overview.ts'

interface ChallengeBar {
  id: string
  name: string
  count: number
  href: string
  note: string
  tone: Tone
}

/** What became of the challenges: asked, and of these passed, failed, given up, and still open where there are such. */
export function challengeBars({ challenges: { asked, passed, failed, abandoned, waiting } }: Overview): ChallengeBar[] {
  const bar = (id: string, name: string, { count, filter }: typeof asked, tone: Tone, note = formatShare(count, asked.count)) => ({
    id,
    name,
    count,
    href: eventsHref(filter),
    note,
    tone,
  })
  return [
    bar('asked', 'Asked', asked, 'challenge', ''),
    bar('passed', 'Passed', passed, 'allow'),
    bar('failed', 'Failed', failed, 'block'),
    bar('abandoned', 'Given up', abandoned, 'unknown'),
    ...(waiting.count > 0 ? [bar('waiting', 'Open now', waiting, 'challenge')] : []),
  ]
}

/** `3.7 challenges per 100 events`, `88 people were asked`: with the words between which the number of people stands. */
export function describeFriction({ challenges: { per100, people, asked } }: Overview): {
  share: string
  before: string
  people: string
  after: string
  filter: Record<string, string>
} {
  const one = people.count === 1
  const [last] = people.users
  // Where not all challenges were looked at, the people are those of the latest.
  const from = people.isAtLeast ? last?.challenges.filter.from : undefined
  return {
    share: `${per100.toLocaleString('en')} ${per100 === 1 ? 'challenge' : 'challenges'} per 100 events`,
    before: people.isAtLeast ? `The latest ${people.of.toLocaleString('en')} were asked of ` : '',
    people: `${people.count.toLocaleString('en')} ${one ? 'person' : 'people'}`,
    after: people.isAtLeast ? '.' : one ? ' was asked.' : ' were asked.',
    filter: { ...asked.filter, ...(from !== undefined && { from }) },
  }
}
