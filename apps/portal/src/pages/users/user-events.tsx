import { useState } from 'react'
import { api } from '../../api/api.ts'
import { Button, LinkButton } from '../../parts/button.tsx'
import { Choice } from '../../parts/choice.tsx'
import { Empty } from '../../parts/empty.tsx'
import { LoadMore } from '../../parts/load-more.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { usePages } from '../../parts/use-pages.ts'
import { UserText } from '../../parts/user-text.tsx'
import type { Codec } from '../../url/codec.ts'
import { receiptHref } from '../../url/event-id.ts'
import { describeTimeRange, endsOf, parseTimeRange, type TimeRange, writeTimeRange } from '../../url/time-range.ts'
import { useParam } from '../../url/use-param.ts'
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

/** Without one, all the time that is kept. */
const timeCodec: Codec<TimeRange | undefined> = {
  usual: undefined,
  read: parseTimeRange,
  write: (range) => (range === undefined ? '' : writeTimeRange(range)),
}
const spans = [
  { value: 'all', label: 'All' },
  { value: '-90d', label: '90 days' },
  { value: '-30d', label: '30 days' },
  { value: '-7d', label: '7 days' },
]

/** What the user did, newest first, page by page. Each row leads to its receipt, where it can be disputed. */
export function UserEvents({ userId }: { userId: string }) {
  const [range, setRange] = useParam('time', timeCodec)
  const [now] = useState(() => Date.now())
  const bounds = range === undefined ? {} : endsOf(range, now)
  const list = usePages({
    key: ['user', userId, 'events', bounds],
    read: (cursor, signal) => api.get('/events', { query: { userId, ...bounds, limit: 200, cursor }, signal }),
  })
  const events = list.pages.flatMap((page) => page.events)
  const time = range === undefined ? '' : `&time=${encodeURIComponent(writeTimeRange(range))}`
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-3 text-sm text-soft">
        <Choice
          label="Time"
          value={range === undefined ? 'all' : range.kind === 'last' ? range.text : ''}
          onValue={(text) => setRange(parseTimeRange(text), { push: true })}
          options={spans}
        />
        {range?.kind === 'between' && describeTimeRange(range)}
        <LinkButton href={`/events?userId=${encodeURIComponent(userId)}${time}`}>Search these events</LinkButton>
      </div>
      <Loaded query={list.query} what="the events of the user">
        {() =>
          events.length === 0 && !list.hasMore ? (
            range === undefined ? (
              <Empty title="No action of this user is kept.">Each action that your application tracks for this id appears here.</Empty>
            ) : (
              <Empty title="The user did nothing in this time." action={<Button onClick={() => setRange(undefined)}>Show all</Button>}>
                There may be events at other times.
              </Empty>
            )
          ) : (
            <>
              <ScoreChart events={events} />
              <Table label="Events of the user" rows={events} rowId={receiptHref} columns={columns} href={receiptHref} />
              <LoadMore list={list} shown={events.length} one="event" many="events" />
              <p className="text-sm text-soft">An action that was not the user’s is disputed on its page.</p>
            </>
          )
        }
      </Loaded>
    </>
  )
}
