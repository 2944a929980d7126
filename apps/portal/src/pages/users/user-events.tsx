import type { UseQueryResult } from '@tanstack/react-query'
import { LinkButton } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { receiptHref } from './receipt-href.ts'
import { ScoreChart } from './score-chart.tsx'
import type { UserEvent } from './unlike-usual.ts'

const columns: Column<UserEvent>[] = [
  { id: 'at', title: 'Time', width: '10.5rem', narrowWidth: '5.5rem', cell: ({ createdAt }) => <Time at={createdAt} /> },
  {
    id: 'state',
    title: 'State',
    width: '10rem',
    narrowWidth: '8.5rem',
    cell: ({ state, disputedAt }) => (
      <span className="inline-flex flex-wrap items-center gap-1.5">
        <StateBadge state={state} />
        {disputedAt !== undefined && <span className="text-xs text-block">disputed</span>}
      </span>
    ),
  },
  { id: 'action', title: 'Action', width: '12rem', cell: ({ action }) => <UserText>{action}</UserText> },
  { id: 'why', title: 'Why', isWideOnly: true, cell: ({ sentence }) => <Sentence>{sentence}</Sentence> },
  { id: 'score', title: 'Score', width: '4rem', isWideOnly: true, align: 'end', cell: ({ score }) => score ?? '–' },
]

/** What the user did, newest first. Each row leads to its receipt, where it can be disputed. */
export function UserEvents({
  userId,
  query,
}: {
  userId: string
  query: UseQueryResult<{ events: UserEvent[]; cursor?: string | undefined }>
}) {
  return (
    <Loaded query={query} what="the events of the user">
      {({ events, cursor }) =>
        events.length === 0 ? (
          <Empty title="No action of this user is kept.">Each action that your application tracks for this id appears here.</Empty>
        ) : (
          <>
            <ScoreChart events={events} />
            <Table label="Events of the user" rows={events} rowId={receiptHref} columns={columns} href={receiptHref} />
            <div className="flex flex-wrap items-center gap-3 py-3 text-sm text-soft">
              <span>
                {cursor === undefined
                  ? `All ${events.length.toLocaleString('en')} events.`
                  : `The latest ${events.length.toLocaleString('en')} events.`}{' '}
                An action that was not the user’s is disputed on its page.
              </span>
              <LinkButton href={`/events?userId=${encodeURIComponent(userId)}`}>Search these events</LinkButton>
            </div>
          </>
        )
      }
    </Loaded>
  )
}
