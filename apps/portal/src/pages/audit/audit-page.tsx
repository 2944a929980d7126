import { useMemo } from 'react'
import { api } from '../../api/api.ts'
import { Empty } from '../../parts/empty.tsx'
import { FilterField } from '../../parts/filter-field.tsx'
import { LoadMore } from '../../parts/load-more.tsx'
import { Page } from '../../parts/page.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { usePages } from '../../parts/use-pages.ts'
import { UserText } from '../../parts/user-text.tsx'
import { text } from '../../url/codec.ts'
import { useHref } from '../../url/use-href.ts'
import { useParam } from '../../url/use-param.ts'
import { useTimeRange } from '../../url/use-time-range.ts'
import { type AuditEntry, describeActor, describeSubject } from './describe-entry.ts'
import { EntrySheet } from './entry-sheet.tsx'
import { VerifyChain } from './verify-chain.tsx'

const any = text()

/** Who changed what. */
export default function AuditPage() {
  const { from, to, words } = useTimeRange()
  const [search, setSearch] = useParam('text', any)
  const [event, setEvent] = useParam('event', any)
  const [actor, setActor] = useParam('actor', any)
  const [user, setUser] = useParam('user', any)
  const [openId, setOpenId] = useParam('open', any)
  const href = useHref()
  const filter = { text: search, event, actor, user }
  const list = usePages({
    key: ['audit', from, to, filter],
    read: (cursor, signal) => api.get('/audit', { query: { from, to, ...filter, limit: 100, cursor }, signal }),
  })
  const entries = useMemo(() => list.pages.flatMap((page) => page.entries), [list.pages])
  const columns = useMemo<Column<AuditEntry>[]>(
    () => [
      { id: 'at', title: 'Time', width: '10.5rem', narrowWidth: '5.5rem', cell: ({ at }) => <Time at={at} /> },
      { id: 'event', title: 'What', width: '15rem', narrowWidth: '8.5rem', cell: ({ event: name }) => <UserText>{name}</UserText> },
      { id: 'actor', title: 'Who', width: '14rem', cell: (entry) => <UserText>{describeActor(entry.actor)}</UserText> },
      { id: 'subject', title: 'On', isWideOnly: true, cell: (entry) => <Subject entry={entry} /> },
    ],
    [],
  )
  const isFiltered = Object.values(filter).some((value) => value !== '')
  return (
    <Page title="Audit" sentence={<Newest entry={entries[0]} isFiltered={isFiltered} words={words} />}>
      <search className="mb-3 grid grid-cols-2 gap-2 narrow:grid-cols-4">
        <FilterField label="Text anywhere" value={search} onValue={setSearch} />
        <FilterField label="Event" placeholder="Event, such as rule" value={event} onValue={setEvent} />
        <FilterField label="Who" placeholder="Who: name, id or kind" value={actor} onValue={setActor} />
        <FilterField label="User" placeholder="Id of a user" value={user} onValue={setUser} />
      </search>
      {list.query.isPending && <Skeleton what="the audit log" lines={12} />}
      {list.query.isError && entries.length === 0 && (
        <Problem what="The audit log could not be read" error={list.query.error} onRetry={() => void list.query.refetch()} />
      )}
      {entries.length > 0 && (
        <Table
          label="Audit log"
          rows={entries}
          rowId={idOf}
          columns={columns}
          href={(entry) => href({ open: entry.auditId })}
          openId={openId}
        />
      )}
      {list.query.isSuccess && entries.length === 0 && !list.hasMore && (
        <Empty title={isFiltered ? 'No entry is like this.' : 'Nothing was changed in this time.'}>
          {isFiltered
            ? 'Take a filter away, or choose a longer time.'
            : 'Every change of rules, lists, settings, keys, admins and users is written here.'}
        </Empty>
      )}
      {list.query.isSuccess && (entries.length > 0 || list.hasMore) && (
        <LoadMore list={list} shown={entries.length} one="entry" many="entries" />
      )}
      <VerifyChain />
      <EntrySheet entry={entries.find(({ auditId }) => auditId === openId)} onClose={() => setOpenId('')} />
    </Page>
  )
}

function idOf({ auditId }: AuditEntry): string {
  return auditId
}

function Newest({ entry, isFiltered, words }: { entry: AuditEntry | undefined; isFiltered: boolean; words: string }) {
  if (entry === undefined) return 'Who changed what, and when.'
  return (
    <>
      The last {isFiltered ? 'of these changes' : 'change'} was <Time at={entry.at} look="relative" />: <UserText>{entry.event}</UserText>,
      by <UserText>{describeActor(entry.actor)}</UserText>. {words}, newest first.
    </>
  )
}

function Subject({ entry }: { entry: AuditEntry }) {
  if (entry.isErased) return <span className="text-unknown">erased with its user</span>
  const subject = describeSubject(entry.details)
  return (
    <span className="line-clamp-1">
      {entry.userId !== undefined && <UserText>{`user ${entry.userId}`}</UserText>}
      {entry.userId !== undefined && subject !== '' && ' · '}
      <UserText>{subject}</UserText>
    </span>
  )
}
