import { useQueries } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { formatShare } from '../../parts/format-share.ts'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { receiptHref } from '../../url/event-id.ts'
import { eventsHref } from '../../url/events-href.ts'
import { Count } from './count.tsx'
import { stoppedOf } from './families.ts'
import type { Overview } from './overview.ts'

const most = 6

/** What stopped events, the most common first: counted over the whole range by the rule that decided, each with its latest event as an example. */
export function TopReasons({ overview }: { overview: Overview }) {
  const reasons = overview.reasons.slice(0, most)
  const stopped = stoppedOf(overview)
  const examples = useQueries({
    queries: reasons.map(({ events: { filter } }) => ({
      queryKey: ['overview', 'reason', filter],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await api.get('/events', { query: { ...filter, limit: 1 }, signal })).events[0] ?? null,
      staleTime: 60_000,
    })),
  })
  if (reasons.length === 0) return <p className="py-2 text-sm text-soft">Everything was allowed.</p>
  return (
    <>
      <p className="text-sm text-soft">Events that were not simply allowed, counted by what decided; below each, its latest one.</p>
      <ul aria-label="Reasons" className="mt-1 text-sm">
        {reasons.map(({ action, outcome, rule, events }, place) => {
          const example = examples[place]?.data
          return (
            <li
              key={`${action} ${rule?.ruleId} ${outcome}`}
              className="grid min-h-14 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 border-b py-1 narrow:grid-cols-[8rem_minmax(0,1fr)_auto]"
            >
              <span className="col-span-2 narrow:col-span-1">
                <StateBadge state={outcome} />
              </span>
              <div className="min-w-0">
                <Link
                  href={`/actions/${encodeURIComponent(action)}${rule === undefined ? '' : `/rules/${encodeURIComponent(rule.ruleId)}`}`}
                  className="font-medium hover:underline"
                >
                  {rule === undefined ? 'No rule matched' : <UserText>{rule.name}</UserText>}
                </Link>
                <span className="ml-2 text-soft">
                  <UserText>{action}</UserText>
                  {rule === undefined && ', default outcome'}
                </span>
                {example && (
                  <p className="text-soft narrow:truncate">
                    <Link href={receiptHref(example)} className="hover:underline">
                      <Sentence>{example.sentence}</Sentence>
                    </Link>
                  </p>
                )}
              </div>
              <span className="flex items-baseline gap-2">
                <Count of={events} />
                <span className="min-w-12 text-right text-soft">{formatShare(events.count, stopped.count)}</span>
              </span>
            </li>
          )
        })}
      </ul>
      <Link href={eventsHref(stopped.filter)} className="mt-2 inline-block text-sm text-accent hover:underline">
        All that were not simply allowed
      </Link>
    </>
  )
}
