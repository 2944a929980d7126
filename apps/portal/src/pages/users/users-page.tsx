import { useMemo } from 'react'
import { api } from '../../api/api.ts'
import { Empty } from '../../parts/empty.tsx'
import { FilterField } from '../../parts/filter-field.tsx'
import { LoadMore } from '../../parts/load-more.tsx'
import { Page } from '../../parts/page.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Skeleton } from '../../parts/skeleton.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { usePages } from '../../parts/use-pages.ts'
import { UserText } from '../../parts/user-text.tsx'
import { text } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { enrolledWords, type ListedUser, listSentence, nameOf } from './describe-user.ts'
import { Day } from './usual-marks.tsx'

const any = text()

const columns: Column<ListedUser>[] = [
  { id: 'name', title: 'User', cell: (user) => <UserText>{nameOf(user)}</UserText> },
  {
    id: 'id',
    title: 'Id',
    isWideOnly: true,
    width: '18rem',
    cell: ({ userId }) => <UserText className="line-clamp-1 font-mono text-xs">{userId}</UserText>,
  },
  {
    id: 'enrolled',
    title: 'Enrolled with',
    width: '16rem',
    narrowWidth: '7.5rem',
    cell: ({ enrolledVerificationMethods: enrolled }) => (
      <span className={enrolled?.length ? '' : 'text-soft'}>{enrolledWords(enrolled)}</span>
    ),
  },
  { id: 'since', title: 'Since', width: '9rem', isWideOnly: true, cell: ({ createdAt }) => <Day at={createdAt} /> },
]

/** One box that finds a user among however many there are. */
export default function UsersPage() {
  const [search, setSearch] = useParam('text', any)
  const list = usePages({
    key: ['users', search],
    read: (cursor, signal) => api.get('/users', { query: { ...(search === '' ? {} : { text: search }), limit: 50, cursor }, signal }),
  })
  const users = useMemo(() => list.pages.flatMap((page) => page.users), [list.pages])
  const { isPending, isError, isSuccess, error, refetch } = list.query
  return (
    <Page title="Users" sentence={isSuccess ? listSentence(search, users.length, list.hasMore) : listSentence('', 0, false)}>
      <search className="mb-3 block max-w-xl">
        <FilterField label="Find a user" placeholder="Id, e-mail address, user name or phone number" value={search} onValue={setSearch} />
      </search>
      {isPending && <Skeleton what="the users" lines={12} />}
      {isError && users.length === 0 && <Problem what="The users could not be read" error={error} onRetry={() => void refetch()} />}
      {users.length > 0 && (
        <Table
          label="Users"
          rows={users}
          rowId={({ userId }) => userId}
          columns={columns}
          href={({ userId }) => `/users/${encodeURIComponent(userId)}`}
        />
      )}
      {isSuccess && users.length === 0 && !list.hasMore && <Nobody isSearch={search !== ''} />}
      {isSuccess && (users.length > 0 || list.hasMore) && <LoadMore list={list} shown={users.length} one="user" many="users" />}
    </Page>
  )
}

function Nobody({ isSearch }: { isSearch: boolean }) {
  return isSearch ? (
    <Empty title="No user begins like this.">
      Ids, e-mail addresses, user names and phone numbers are compared from their beginning, as they are stored: capital letters count.
    </Empty>
  ) : (
    <Empty title="There is no user yet.">A user appears here with the first action that your application tracks for them.</Empty>
  )
}
