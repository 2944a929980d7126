import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { CopyId } from '../../parts/copy-id.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { useUses, WhereUsed } from '../../parts/where-used.tsx'
import { oneOf } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { ListActions } from './list-actions.tsx'
import { ListEntries } from './list-entries.tsx'
import { ListVersions } from './list-versions.tsx'

const tab = oneOf(['entries', 'versions', 'uses'], 'entries')

/** One list: what it holds, what it held, and what reads it. */
export default function ListPage({ params: { alias = '' } }: { params: Record<string, string> }) {
  const [shown, setShown] = useParam('tab', tab)
  const list = useQuery({
    queryKey: ['lists', alias],
    queryFn: ({ signal }) => api.get('/value-lists/{alias}', { path: { alias }, signal }),
  })
  const uses = useUses('list', alias)
  const above = (
    <Link href="/lists" className="text-soft hover:underline">
      Lists
    </Link>
  )
  const { data } = list
  if (data === undefined) {
    return (
      <Page title={alias} above={above}>
        <Loaded query={list} what="the list">
          {() => null}
        </Loaded>
      </Page>
    )
  }
  return (
    <Page title={data.name} above={above} sentence={sentenceOf(data, uses.data?.uses.length)} actions={<ListActions list={data} />}>
      <p className="mb-4 flex items-center gap-1 text-sm text-soft">
        Rules read it as <CopyId id={`lists.${alias}`} label="the name in rules" />
      </p>
      <Tabs
        label="Parts of the list"
        value={shown}
        onValue={(next) => setShown(next, { push: true })}
        tabs={[
          { value: 'entries', label: 'Entries', panel: <ListEntries list={data} /> },
          { value: 'versions', label: 'Versions', panel: <ListVersions list={data} /> },
          { value: 'uses', label: 'Where it is used', panel: <WhereUsed kind="list" query={uses} /> },
        ]}
      />
    </Page>
  )
}

function sentenceOf(list: { itemType: string; valueListItems: unknown[]; isActive: boolean }, uses: number | undefined): string {
  const count = list.valueListItems.length
  const kind = list.itemType === 'number' ? 'number' : 'text'
  const holds = `${count === 0 ? 'No' : count.toLocaleString()} ${kind}${count === 1 ? '' : 's'}`
  const used = uses === undefined ? '' : uses === 0 ? ', used nowhere' : `, used in ${uses === 1 ? 'one place' : `${uses} places`}`
  return `${holds}${used}.${list.isActive ? '' : ' The list is turned off: conditions that read it are unknown, and never match.'}`
}
