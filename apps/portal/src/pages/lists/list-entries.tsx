import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { FilterField } from '../../parts/filter-field.tsx'
import { Problem } from '../../parts/problem.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { TextArea } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { text } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { type Entry, filterEntries, parseEntries } from './parse-entries.ts'

const find = text()

/** What the list holds, to search, add to and remove from. Both ways can be undone. */
export function ListEntries({ list }: { list: components['schemas']['ValueList'] }) {
  const { alias, itemType } = list
  const [search, setSearch] = useParam('find', find)
  const client = useQueryClient()
  const { may } = useMe()
  const mayChange = may('POST /value-lists/{alias}/items')
  const change = (body: { add?: Entry[]; remove?: Entry[] }) =>
    api
      .post('/value-lists/{alias}/items', { path: { alias }, body })
      .then((changed) => client.invalidateQueries({ queryKey: ['lists'] }).then(() => changed))
  const remove = useMutation({
    mutationFn: (entry: Entry) => change({ remove: [entry] }),
    onSuccess: (_, entry) => announce(`${entry} is removed.`, () => change({ add: [entry] })),
  })
  const found = useMemo(() => filterEntries(list.valueListItems, search), [list.valueListItems, search])
  const columns: Column<Entry>[] = [
    { id: 'entry', title: 'Entry', cell: (entry) => <UserText className="font-mono text-xs">{String(entry)}</UserText> },
    ...(mayChange
      ? [
          {
            id: 'remove',
            title: 'Remove',
            isTitleHidden: true,
            width: '3rem',
            narrowWidth: '3rem',
            align: 'end' as const,
            cell: (entry: Entry) => (
              <IconButton icon="trash" label={`Remove ${entry}`} isSmall disabled={remove.isPending} onClick={() => remove.mutate(entry)} />
            ),
          },
        ]
      : []),
  ]
  return (
    <div className="grid gap-6 wide:grid-cols-[minmax(0,1fr)_20rem]">
      <div className="order-2 min-w-0 wide:order-1">
        {list.valueListItems.length > 0 && (
          <FilterField label="Find an entry" value={search} onValue={setSearch} className="mb-3 max-w-sm" />
        )}
        {remove.isError && <Problem what="The entry was not removed" error={remove.error} />}
        {found.length > 0 && <Table label="Entries" rows={found} rowId={String} columns={columns} />}
        {found.length === 0 && list.valueListItems.length > 0 && <Empty title="No entry contains this." />}
        {list.valueListItems.length === 0 && (
          <Empty title="The list is empty.">No value is in it, so a rule that asks for one finds none.</Empty>
        )}
      </div>
      {mayChange && (
        <AddEntries
          key={alias}
          itemType={itemType}
          onAdd={async (entries) => {
            const known = new Set(list.valueListItems)
            const added = entries.filter((entry) => !known.has(entry))
            await change({ add: added })
            const words = added.length === 1 ? `${added[0]} is added.` : `${added.length.toLocaleString()} entries are added.`
            announce(
              added.length === 0 ? 'All of them were there already.' : words,
              added.length === 0 ? undefined : () => change({ remove: added }),
            )
          }}
        />
      )}
    </div>
  )
}

function AddEntries({ itemType, onAdd }: { itemType: 'string' | 'number'; onAdd: (entries: Entry[]) => Promise<void> }) {
  const [typed, setTyped] = useState('')
  const parsed = parseEntries(typed, itemType)
  const add = useMutation({ mutationFn: onAdd, onSuccess: () => setTyped('') })
  const count = 'entries' in parsed ? parsed.entries.length : 0
  return (
    <form
      className="order-1 space-y-2 wide:order-2"
      onSubmit={(event) => {
        event.preventDefault()
        if ('entries' in parsed && count > 0) add.mutate(parsed.entries)
      }}
    >
      <TextArea
        label="Add entries"
        value={typed}
        onValue={setTyped}
        isMono
        hint="One on each line. Paste as many as you like."
        error={'mistake' in parsed ? parsed.mistake : undefined}
      />
      <Button type="submit" look="primary" disabled={count === 0} isBusy={add.isPending}>
        {count > 1 ? `Add ${count.toLocaleString()} entries` : 'Add'}
      </Button>
      {add.isError && <Problem what="Nothing was added" error={add.error} />}
    </form>
  )
}
