import { Link } from 'wouter'
import { Section } from '../../parts/section.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { eventId, receiptHref } from '../../url/event-id.ts'
import type { ListedEvent } from './live-rows.ts'
import type { Receipt } from './receipt.ts'

/** The events just before and after: of the same user, and from the same address. */
export function ReceiptNearby({ receipt }: { receipt: Receipt }) {
  const { nearby, userId, ipAddress } = receipt
  const users = new Set(nearby.address.map((event) => event.userId).filter((other) => other !== userId)).size
  return (
    <>
      <Section
        title="Nearby: the same user"
        aside={
          <Link href={`/events?userId=${encodeURIComponent(userId)}`} className="text-sm text-accent hover:underline">
            All of theirs
          </Link>
        }
      >
        <Neighbours events={nearby.user} own={receipt} none="No other event of this user is known." />
      </Section>
      {ipAddress !== undefined && (
        <Section
          title="Nearby: the same address"
          aside={
            <Link href={`/events?ipAddress=${encodeURIComponent(ipAddress)}`} className="text-sm text-accent hover:underline">
              All from there
            </Link>
          }
        >
          {users > 0 && <p className="mb-1 text-sm text-soft">{users === 1 ? 'One other user' : `${users} other users`} came from it.</p>}
          <Neighbours events={nearby.address} own={receipt} none="Nothing else came from this address." isAddress />
        </Section>
      )}
    </>
  )
}

function Neighbours(props: { events: readonly ListedEvent[]; own: Receipt; none: string; isAddress?: boolean }) {
  const { events, own, none, isAddress = false } = props
  if (events.length === 0) return <p className="text-sm text-soft">{none}</p>
  return (
    <ul>
      {events.map((event) => (
        <li key={eventId(event)} className="flex min-h-8 flex-wrap items-center gap-x-3 border-b py-1 text-sm">
          <Link href={receiptHref(event)} className="w-36 shrink-0 hover:underline">
            <Time at={event.createdAt} />
          </Link>
          <StateBadge state={event.state} />
          <span className="min-w-0 flex-1 basis-40 truncate text-soft" title={event.sentence}>
            {isAddress && event.userId !== own.userId && (
              <>
                <UserText className="text-ink">{event.userId}</UserText>
                {' · '}
              </>
            )}
            {event.action}
            {' · '}
            <Sentence>{event.sentence}</Sentence>
          </span>
        </li>
      ))}
    </ul>
  )
}
