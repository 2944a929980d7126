import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { Time } from '../../parts/time.tsx'
import { eventsHref } from '../../url/events-href.ts'
import { families } from './families.ts'
import type { Overview } from './overview.ts'

const most = 5
const stopped = families.filter(({ id }) => id !== 'allow').flatMap(({ states }) => states)

/** The latest events that were not simply allowed, each with its reason as the engine says it. */
export function LatestStopped({ overview: { from, to } }: { overview: Overview }) {
  const filter = { state: stopped.join(), from, to }
  const query = useQuery({
    queryKey: ['overview', 'stopped', from, to],
    queryFn: ({ signal }) => api.get('/events', { query: { ...filter, limit: most }, signal }),
    staleTime: 60_000,
  })
  return (
    <Loaded query={query} what="the latest reasons" lines={most}>
      {({ events, cursor }) =>
        events.length === 0 ? (
          <p className="py-2 text-sm text-soft">Everything was allowed.</p>
        ) : (
          <>
            <ul className="text-sm">
              {events.map(({ userId, action, idempotencyKey, createdAt, state, sentence }) => (
                <li key={`${userId} ${action} ${idempotencyKey}`} className="border-b py-2">
                  <div className="flex items-center gap-2">
                    <StateBadge state={state} />
                    <Link
                      href={`/events/${[userId, action, idempotencyKey].map(encodeURIComponent).join('/')}`}
                      className="ml-auto text-soft hover:underline"
                    >
                      <Time at={createdAt} look="relative" />
                    </Link>
                  </div>
                  <p className="mt-1 line-clamp-3">
                    <Sentence>{sentence}</Sentence>
                  </p>
                </li>
              ))}
            </ul>
            {cursor !== undefined && (
              <Link href={eventsHref(filter)} className="mt-2 inline-block text-sm text-accent hover:underline">
                All that were not simply allowed
              </Link>
            )}
          </>
        )
      }
    </Loaded>
  )
}
