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

/** `3.7 challenges per 100 events; 88 people were asked.` */
export function describeFriction({ challenges: { per100, people, asked } }: Overview): string {
  if (asked.count === 0) return 'Nobody was challenged.'
  const share = `${per100.toLocaleString('en')} ${per100 === 1 ? 'challenge' : 'challenges'} per 100 events`
  const one = people.count === 1
  const who = people.isAtLeast
    ? `The latest ${people.of.toLocaleString('en')} were asked of ${people.count.toLocaleString('en')} ${one ? 'person' : 'people'}`
    : `${people.count.toLocaleString('en')} ${one ? 'person was' : 'people were'} asked`
  return `${share}. ${who}.`
}
