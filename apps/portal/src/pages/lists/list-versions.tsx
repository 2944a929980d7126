import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Sheet } from '../../parts/dialog.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { number } from '../../url/codec.ts'
import { useHref } from '../../url/use-href.ts'
import { useParam } from '../../url/use-param.ts'

type ValueList = components['schemas']['ValueList']
type Version = components['schemas']['ValueListVersionSummary']
type Items = readonly (string | number)[]

const open = number()
const pageSize = 100
const words = { created: 'Created', updated: 'Changed', deleted: 'Deleted', recorded: 'First recorded' } as const

/** Every version of the list, newest first, with who made it. One can be read and restored. */
export function ListVersions({ list }: { list: ValueList }) {
  const { alias } = list
  const [version, setVersion] = useParam('version', open)
  const [limit, setLimit] = useState(pageSize)
  const href = useHref()
  const query = useQuery({
    queryKey: ['lists', alias, 'versions', limit],
    queryFn: ({ signal }) => api.get('/value-lists/{alias}/versions', { path: { alias }, query: { limit }, signal }),
    placeholderData: (before) => before,
  })
  return (
    <Loaded query={query} what="the versions">
      {(versions) => (
        <>
          <Table
            label="Versions"
            rows={versions}
            rowId={(one) => String(one.version)}
            columns={columns}
            href={(one) => href({ version: String(one.version) })}
            openId={String(version)}
          />
          {versions.length === limit && limit < 1000 && (
            <Button className="mt-3" isBusy={query.isFetching} onClick={() => setLimit(Math.min(1000, limit * 3))}>
              Load more
            </Button>
          )}
          <Sheet isOpen={version !== undefined} onClose={() => setVersion(undefined)} title={`Version ${version}`}>
            {version !== undefined && <OneVersion list={list} version={version} onRestored={() => setVersion(undefined)} />}
          </Sheet>
        </>
      )}
    </Loaded>
  )
}

const columns: Column<Version>[] = [
  { id: 'version', title: 'Version', width: '5rem', cell: ({ version }) => version },
  { id: 'at', title: 'When', width: '9rem', cell: ({ createdAt }) => <Time at={createdAt} look="relative" /> },
  { id: 'who', title: 'Who', width: '12rem', cell: ({ author, actor }) => <UserText>{actor?.name ?? author}</UserText> },
  {
    id: 'what',
    title: 'What',
    isWideOnly: true,
    cell: ({ event, addedCount, removedCount, message }) => (
      <>
        {words[event]}
        {addedCount > 0 && <span className="text-allow"> +{addedCount.toLocaleString()}</span>}
        {removedCount > 0 && <span className="text-block"> −{removedCount.toLocaleString()}</span>}
        {message !== undefined && (
          <span className="text-soft">
            {' '}
            <UserText>{message}</UserText>
          </span>
        )}
      </>
    ),
  },
]

function OneVersion({
  list: { alias, version: current },
  version,
  onRestored,
}: {
  list: ValueList
  version: number
  onRestored: () => void
}) {
  const { may } = useMe()
  const client = useQueryClient()
  const query = useQuery({
    queryKey: ['lists', alias, 'version', version],
    queryFn: ({ signal }) => api.get('/value-lists/{alias}/versions/{version}', { path: { alias, version }, signal }),
  })
  const bringBack = (which: number) =>
    api
      .post('/value-lists/{alias}/versions/{version}/restore', { path: { alias, version: which } })
      .then(() => client.invalidateQueries({ queryKey: ['lists'] }))
  const restore = useMutation({
    mutationFn: () => bringBack(version),
    onSuccess: () => {
      announce(`The entries of version ${version} are back.`, () => bringBack(current))
      onRestored()
    },
  })
  return (
    <Loaded query={query} what="the version">
      {({ added, removed, valueListItems, createdAt, author, actor, message, event }) => (
        <>
          <p>
            {words[event]} <Time at={createdAt} look="exact" /> by <UserText>{actor?.name ?? author}</UserText>
            {message !== undefined && (
              <>
                : <UserText>{message}</UserText>
              </>
            )}
          </p>
          {may('POST /value-lists/{alias}/versions/{version}/restore') && version !== current && valueListItems !== undefined && (
            <div className="mt-3 space-y-2">
              <Button isBusy={restore.isPending} onClick={() => restore.mutate()}>
                Restore these {valueListItems.length.toLocaleString()} entries
              </Button>
              {restore.isError && <Problem what="The version was not restored" error={restore.error} />}
            </div>
          )}
          <Values title="Added" items={added} />
          <Values title="Removed" items={removed} />
          <Values title="All entries from this version on" items={valueListItems} />
        </>
      )}
    </Loaded>
  )
}

/** As many as can be read; a list of a million entries is no page. */
const mostShown = 500

function Values({ title, items }: { title: string; items: Items | undefined }) {
  if (items?.length === 0) return null
  return (
    <Section title={items === undefined ? title : `${title} (${items.length.toLocaleString()})`}>
      {items === undefined ? (
        <p className="text-soft">No longer stored.</p>
      ) : (
        <ul className="font-mono text-xs">
          {items.slice(0, mostShown).map((item) => (
            <li key={String(item)} className="border-b py-1">
              <UserText>{String(item)}</UserText>
            </li>
          ))}
          {items.length > mostShown && <li className="py-1 text-soft">and {(items.length - mostShown).toLocaleString()} more</li>}
        </ul>
      )}
    </Section>
  )
}
