import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { Button } from '../../parts/button.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { CreateList } from './create-list.tsx'

type ValueList = components['schemas']['ValueList']

const columns: Column<ValueList>[] = [
  { id: 'name', title: 'Name', cell: ({ name }) => <UserText>{name}</UserText> },
  {
    id: 'count',
    title: 'Entries',
    width: '7rem',
    narrowWidth: '5rem',
    align: 'end',
    cell: (list) => list.valueListItems.length.toLocaleString(),
  },
  { id: 'type', title: 'Of', width: '6rem', isWideOnly: true, cell: (list) => (list.itemType === 'number' ? 'numbers' : 'texts') },
  {
    id: 'state',
    title: 'In use',
    width: '6rem',
    narrowWidth: '5rem',
    cell: (list) => (list.isActive ? 'yes' : <span className="text-soft">turned off</span>),
  },
  {
    id: 'read',
    title: 'Rules read it as',
    width: '16rem',
    isWideOnly: true,
    cell: (list) => <CopyId id={`lists.${list.alias}`} label="the name in rules" />,
  },
]

/** The lists that rules refer to. */
export default function ListsPage() {
  const query = useQuery({ queryKey: ['lists'], queryFn: ({ signal }) => api.get('/value-lists', { signal }) })
  const { may } = useMe()
  const [isCreating, setCreating] = useState(false)
  const mayCreate = may('POST /value-lists')
  useCommands(mayCreate ? [{ id: 'list.create', title: 'Create a list', keys: 'c', run: () => setCreating(true) }] : [])
  const create = mayCreate && (
    <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
      Create a list
    </Button>
  )
  return (
    <Page
      title="Lists"
      sentence={query.data ? sentenceOf(query.data) : 'Values that rules compare with, kept in one place.'}
      actions={query.data && query.data.length > 0 && create}
    >
      <Loaded query={query} what="the lists">
        {(lists) =>
          lists.length === 0 ? (
            <Empty title="There is no list yet." action={create}>
              A list holds values that several rules compare with, such as blocked countries or trusted networks. Change it once, and every
              rule follows.
            </Empty>
          ) : (
            <Table
              label="Lists"
              rows={lists}
              rowId={({ alias }) => alias}
              columns={columns}
              href={({ alias }) => `/lists/${encodeURIComponent(alias)}`}
            />
          )
        }
      </Loaded>
      <CreateList isOpen={isCreating} onClose={() => setCreating(false)} />
    </Page>
  )
}

function sentenceOf(lists: readonly ValueList[]): string {
  if (lists.length === 0) return 'Values that rules compare with, kept in one place.'
  const entries = lists.reduce((sum, list) => sum + list.valueListItems.length, 0)
  const off = lists.filter((list) => !list.isActive).length
  const many = lists.length === 1 ? 'One list' : `${lists.length} lists`
  return `${many} with ${entries.toLocaleString()} ${entries === 1 ? 'entry' : 'entries'} in all${off === 0 ? '' : `, ${off} of them turned off`}. Rules follow a change at once.`
}
