import { lazy, Suspense, useMemo, useRef, useState } from 'react'
import { Redirect, useLocation, useSearch } from 'wouter'
import { api } from '../../api/api.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { Button } from '../../parts/button.tsx'
import { Sheet } from '../../parts/dialog.tsx'
import { Empty } from '../../parts/empty.tsx'
import { LoadMore } from '../../parts/load-more.tsx'
import { Page } from '../../parts/page.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { describeState } from '../../parts/state.ts'
import { Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { usePages } from '../../parts/use-pages.ts'
import { flag, list as listCodec, text } from '../../url/codec.ts'
import { eventId, readEventId } from '../../url/event-id.ts'
import { parseTimeRange } from '../../url/time-range.ts'
import { useHref } from '../../url/use-href.ts'
import { useParam } from '../../url/use-param.ts'
import { useTimeRange } from '../../url/use-time-range.ts'
import { columnsOf, usualColumns } from './event-columns.tsx'
import { EventsActions } from './events-actions.tsx'
import { type ListedEvent, rowsOf } from './live-rows.ts'
import { boundsOf, type EventQuery, withOwnTime } from './page-address.ts'
import { SearchBox } from './search-box.tsx'
import { useEventSearch } from './use-event-search.ts'
import { useLiveEvents } from './use-live-events.ts'
import { useMedia } from './use-media.ts'

/** It brings the words of the engine along. */
const ReceiptPanel = lazy(() => import('./receipt-panel.tsx'))
const any = text()
const columnsCodec = { ...listCodec, usual: usualColumns }

/** Every decision, found by anything that is known of it. */
export default function EventsPage() {
  const address = withOwnTime(useSearch(), Date.now())
  if (address !== undefined) return <Redirect to={address === '' ? '/events' : `/events?${address}`} replace />
  return <Events />
}

function Events() {
  const search = useEventSearch()
  const { filters } = search
  const { range, from, to, words, setRange } = useTimeRange()
  const [openId, setOpenId] = useParam('open', any)
  const [chosen, setChosen] = useParam('columns', columnsCodec)
  const [isLive, setLive] = useParam('live', flag)
  const href = useHref()
  const [, navigate] = useLocation()
  const isWide = useMedia('(min-width: 1100px)')
  const hand = useRef(false)
  const [isHeld, setHeld] = useState(false)

  const bounds = boundsOf(range, from, to)
  const query = { ...filters, ...bounds } as EventQuery
  const list = usePages({
    key: ['events', 'search', query],
    read: (cursor, signal) => api.get('/events', { query: { ...query, limit: 100, cursor }, signal }),
  })
  const listed = useMemo(() => list.pages.flatMap(({ events }) => events), [list.pages])
  const canFollow = range.kind === 'last' && filters.order !== 'oldest'
  const { live, status, fault, release } = useLiveEvents({
    filters,
    isOn: isLive && canFollow,
    listed,
    // Whoever has scrolled away from the top reads something.
    isHeld: () => hand.current || window.scrollY > 80,
    onOpen: () => void list.query.refetch(),
  })
  const rows = useMemo(() => rowsOf(listed, live), [listed, live])
  const hold = (isOver: boolean) => {
    hand.current = isOver
    setHeld(isOver)
  }
  const open = readEventId(openId)
  const close = () => navigate(href({ open: undefined }))
  useCommands(open === undefined ? [] : [{ id: 'events.close', title: 'Close the receipt', keys: 'Escape', run: close }])
  const isNarrowed = Object.keys(filters).length > 0
  const columns = columnsOf(chosen, open !== undefined && isWide)
  const warnings = list.pages[0]?.warnings ?? []
  const { query: state } = list

  return (
    <Page
      title="Events"
      sentence={<Newest event={rows[0]} isNarrowed={isNarrowed} words={words} isOldest={filters.order === 'oldest'} />}
      actions={
        <EventsActions
          query={query}
          chosen={chosen}
          onChosen={(next) => setChosen(next)}
          isLive={isLive && canFollow}
          onLive={canFollow ? setLive : undefined}
          end={Date.parse(to)}
        />
      }
    >
      <SearchBox search={search} />
      {warnings.map((warning) => (
        <p key={warning} role="status" className="mb-2 border-l-2 border-challenge pl-3 text-sm">
          <Sentence>{warning}</Sentence>
        </p>
      ))}
      {isLive && canFollow && <LiveLine status={status} isHeld={isHeld} waiting={live.waiting.length} onRelease={release} />}
      {fault !== undefined && <Problem what="The events cannot be followed as they happen" error={fault} />}
      <div className={open !== undefined && isWide ? 'grid grid-cols-[minmax(0,5fr)_minmax(0,8fr)] gap-6' : ''}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a hand over the list keeps it still */}
        <div onMouseEnter={() => hold(true)} onMouseLeave={() => hold(false)} className="min-w-0">
          {state.isPending && <Skeleton what="the events" lines={14} />}
          {state.isError && rows.length === 0 && (
            <Problem what="The events could not be read" error={state.error} onRetry={() => void state.refetch()} />
          )}
          {rows.length > 0 && (
            <Table
              label="Events"
              rows={rows}
              rowId={eventId}
              columns={columns}
              href={(event) => href({ open: eventId(event) })}
              openId={openId}
            />
          )}
          {state.isSuccess && rows.length === 0 && !list.hasMore && (
            <Empty
              title={isNarrowed ? 'No event is like this in this time.' : 'Nothing was tracked in this time.'}
              action={
                <div className="flex flex-wrap justify-center gap-2">
                  {!(range.kind === 'last' && range.text === '-90d') && (
                    <Button onClick={() => setRange(parseTimeRange('-90d') ?? range)}>Look at the last 90 days</Button>
                  )}
                  {isNarrowed && <Button onClick={() => search.setFilters({})}>Remove all filters</Button>}
                </div>
              }
            >
              {isNarrowed
                ? 'All filters have to hold. Take one away, or choose a longer time.'
                : 'An event is here within a second of its decision. Your application sends them to `POST /v1/users/…/actions/…`.'.replaceAll(
                    '`',
                    '',
                  )}
            </Empty>
          )}
          {state.isSuccess && (rows.length > 0 || list.hasMore) && <LoadMore list={list} shown={rows.length} one="event" many="events" />}
        </div>
        {open !== undefined && isWide && (
          <aside
            aria-label="Receipt"
            className="sticky top-14 max-h-[calc(100dvh-4.5rem)] min-w-0 self-start overflow-y-auto border-l pl-6"
          >
            <Suspense fallback={<Skeleton what="the receipt" lines={14} />}>
              <ReceiptPanel key={openId} event={open} onClose={close} />
            </Suspense>
          </aside>
        )}
      </div>
      {!isWide && (
        <Sheet isOpen={open !== undefined} onClose={() => setOpenId('')} title="Receipt">
          <Suspense fallback={<Skeleton what="the receipt" lines={14} />}>
            {open !== undefined && <ReceiptPanel key={openId} event={open} />}
          </Suspense>
        </Sheet>
      )}
    </Page>
  )
}

function Newest(props: { event: ListedEvent | undefined; isNarrowed: boolean; words: string; isOldest: boolean }) {
  const { event, isNarrowed, words, isOldest } = props
  if (event === undefined) return 'Every decision, with all that it rests on.'
  return (
    <>
      {isOldest ? 'The oldest' : 'The newest'}
      {isNarrowed && ' of these'} was <Time at={event.createdAt} look="relative" />: {describeState(event.state).word.toLowerCase()}.{' '}
      {words}, {isOldest ? 'oldest' : 'newest'} first.
    </>
  )
}

/** What the live tail does: a bar of a fixed height, so that nothing moves when it speaks. */
function LiveLine(props: { status: string; isHeld: boolean; waiting: number; onRelease: () => void }) {
  const { status, isHeld, waiting, onRelease } = props
  return (
    <div className="mb-2 flex h-8 items-center gap-3 border-y text-sm" role="status">
      {waiting > 0 ? (
        <Button look="quiet" icon="up" className="h-7! text-accent!" onClick={onRelease}>
          {waiting.toLocaleString()} new
        </Button>
      ) : (
        <span className="flex items-center gap-2 px-3 text-soft">
          <span aria-hidden="true" className={`size-2 rounded-full ${status === 'on' ? 'bg-allow' : 'border border-line-strong'}`} />
          {status === 'on'
            ? isHeld
              ? 'Live. Held still while you are over the list.'
              : 'Live: new events come in at the top.'
            : 'Connecting …'}
        </span>
      )}
    </div>
  )
}
