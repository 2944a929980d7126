import { Link } from 'wouter'
import { Facts } from '../../parts/facts.tsx'
import { Time } from '../../parts/time.tsx'
import { Count } from './count.tsx'
import type { Overview } from './overview.ts'

/** What people said or have still to say about events. */
export function PeopleSay({ overview: { reviews, disputes, labels } }: { overview: Overview }) {
  return (
    <Facts
      facts={[
        [
          'Wait for review',
          <span key="waiting" className="flex flex-wrap items-center gap-x-3">
            <Count of={reviews.waiting} />
            {reviews.oldestAt !== undefined && (
              <span className="text-soft">
                the oldest <Time at={reviews.oldestAt} look="relative" />
              </span>
            )}
            {reviews.waiting.count > 0 && (
              <Link href="/reviews" className="text-accent hover:underline">
                Open the queue
              </Link>
            )}
          </span>,
        ],
        ['Disputed', <Count key="count" of={disputes} />],
        ['Labelled good', <Count key="count" of={labels.good} />],
        ['Labelled fraud', <Count key="count" of={labels.fraud} />],
      ]}
    />
  )
}
