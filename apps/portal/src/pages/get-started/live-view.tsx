import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { Icon } from '../../parts/icon.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { receiptHref } from '../../url/event-id.ts'
import { findMistakes } from './find-mistakes.ts'
import { eventKey, type LiveEvent } from './take-event.ts'
import type { Connection } from './use-live-events.ts'
import { enrolmentAction } from './write-code.ts'

const words = { connecting: 'Connecting …', open: 'Listening', broken: 'The connection broke; trying again' } as const

/** What arrives, as it arrives, with what looks wrong in it. */
export function LiveView({ events, connection, action }: { events: readonly LiveEvent[]; connection: Connection; action: string }) {
  const isLit = events.length > 0
  const warnings = useQuery({
    queryKey: ['get-started', 'warnings', events[0] === undefined ? '' : eventKey(events[0])],
    queryFn: ({ signal }) => api.get('/warnings', { signal }),
    enabled: isLit,
    placeholderData: (before) => before,
  })
  return (
    <section
      aria-labelledby="live"
      className={`rounded-md border p-4 transition-colors wide:sticky wide:top-16 ${isLit ? 'border-allow bg-allow-tint' : ''}`}
    >
      <h2 id="live" className="flex flex-wrap items-center gap-2 font-semibold">
        Live
        <span className="flex items-center gap-1.5 text-xs font-normal text-soft" role="status">
          <span
            aria-hidden="true"
            className={`size-2 rounded-full ${connection === 'open' ? 'bg-allow motion-safe:animate-pulse' : 'border border-line-strong'}`}
          />
          {words[connection]}
        </span>
      </h2>
      <div aria-live="polite">
        {isLit ? (
          <ul className="mt-2 space-y-3">
            {events.slice(0, 5).map((event) => (
              <Arrived key={eventKey(event)} event={event} mistakes={mistakesOf(event, warnings.data?.warnings ?? [], action)} />
            ))}
          </ul>
        ) : (
          <div className="mt-2 space-y-2 text-sm">
            <p>Nothing has arrived since you opened this page. It lights up with the first track.</p>
            <p className="text-soft">
              If your server asked and nothing appears here, its call was refused: the key is wrong (401), the address is another server’s,
              or the body has a mistake (400). The answer that your server got says which.
            </p>
          </div>
        )}
      </div>
    </section>
  )
}

function mistakesOf(event: LiveEvent, warnings: Parameters<typeof findMistakes>[1], action: string): string[] {
  return findMistakes(event, warnings, event.action === enrolmentAction ? enrolmentAction : action)
}

function Arrived({ event, mistakes }: { event: LiveEvent; mistakes: readonly string[] }) {
  const { userId, action, idempotencyKey, state, createdAt, sentence } = event
  const receipt = receiptHref({ userId, action, idempotencyKey })
  return (
    <li className="rounded-md border bg-surface p-3 text-sm">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateBadge state={state} />
        <span className="min-w-0 flex-1">
          <UserText className="font-medium">{action}</UserText> of <UserText className="font-medium">{userId}</UserText>
        </span>
        <Time at={createdAt} look="relative" />
      </div>
      <p className="mt-1">
        <Sentence>{sentence}</Sentence>{' '}
        <Link href={receipt} className="text-accent underline">
          Receipt
        </Link>
      </p>
      {mistakes.length === 0 ? (
        <p className="mt-2 flex gap-1.5 text-allow">
          <Icon name="check" className="mt-0.5" />
          Nothing looks wrong in it.
        </p>
      ) : (
        <ul className="mt-2 space-y-1">
          {mistakes.map((mistake) => (
            <li key={mistake} className="flex gap-1.5">
              <Icon name="warning" className="mt-0.5 text-challenge" />
              <span className="min-w-0">
                <Sentence>{mistake}</Sentence>
              </span>
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
