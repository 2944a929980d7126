import { Link } from 'wouter'
import { eventsHref } from '../../url/events-href.ts'
import { describeFriction } from './challenge-bars.ts'
import type { Overview } from './overview.ts'

/** How much the challenges cost: their share of all events, and how many people that were. */
export function Friction({ overview }: { overview: Overview }) {
  if (overview.challenges.asked.count === 0) return <p className="mb-1 text-sm text-soft">Nobody was challenged.</p>
  const { share, before, people, after, filter } = describeFriction(overview)
  return (
    <p className="mb-1 text-sm text-soft">
      <Link href={eventsHref(overview.challenges.asked.filter)} className="hover:underline">
        {share}
      </Link>
      . {before}
      <Link href={eventsHref(filter)} className="text-ink hover:underline">
        {people}
      </Link>
      {after}
    </p>
  )
}
