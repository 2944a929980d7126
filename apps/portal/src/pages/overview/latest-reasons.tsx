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

const most = 6
/** Some events were challenged though nothing asked for it, such as a passkey that was added: they have no reason to show. */
const read = 30
const stopped = families.filter(({ id }) => id !== 'allow').flatMap(({ states }) => states)

/** Why events were challenged, sent to review or blocked lately, as the engine says it; each leads to its receipt. */
export function LatestReasons({ overview: { from, to } }: { overview: Overview }) {
  const filter = { state: stopped.join(), from, to }
  const query = useQuery({
    queryKey: ['overview', 'reasons', from, to],
    queryFn: ({ signal }) => api.get('/events', { query: { ...filter, limit: read }, signal }),
    staleTime: 60_000,
  })
  return (
    <Loaded query={query} what="the latest reasons" lines={most}>
      {({ events }) => {
        const shown = events.filter(({ outcome }) => outcome !== 'ALLOW').slice(0, most)
        if (shown.length === 0) return <p className="py-2 text-sm text-soft">Everything was allowed.</p>
        return (
          <>
            <ul className="text-sm">
              {shown.map(({ userId, action, idempotencyKey, createdAt, state, sentence }) => (
                <li
                  key={`${userId} ${action} ${idempotencyKey}`}
                  className="flex min-h-8 flex-wrap items-center gap-x-4 border-b py-1 narrow:flex-nowrap"
                >
                  <span className="w-36 shrink-0">
                    <StateBadge state={state} />
                  </span>
                  <span className="order-last w-full min-w-0 narrow:order-none narrow:w-auto narrow:flex-1">
                    <Sentence>{sentence}</Sentence>
                  </span>
                  <Link
                    href={`/events/${[userId, action, idempotencyKey].map(encodeURIComponent).join('/')}`}
                    className="ml-auto whitespace-nowrap text-accent hover:underline"
                  >
                    <Time at={createdAt} look="relative" />
                  </Link>
                </li>
              ))}
            </ul>
            <Link href={eventsHref(filter)} className="mt-2 inline-block text-sm text-accent hover:underline">
              All that were not simply allowed
            </Link>
          </>
        )
      }}
    </Loaded>
  )
}
