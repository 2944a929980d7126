import { PartsBar } from '../../parts/bars.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { UserText } from '../../parts/user-text.tsx'
import { Count } from './count.tsx'
import { families, sumOfStates } from './families.ts'
import type { Overview } from './overview.ts'

type Action = Overview['actions'][number]

const columns: Column<Action>[] = [
  { id: 'action', title: 'Action', narrowWidth: '46%', cell: ({ action }) => <UserText>{action}</UserText> },
  { id: 'parts', title: 'Decisions', width: '16rem', isWideOnly: true, cell: ({ states }) => <Parts states={states} /> },
  { id: 'events', title: 'Events', width: '7rem', align: 'end', cell: ({ events }) => <Count of={events} /> },
  { id: 'challenged', title: 'Challenged', width: '7rem', align: 'end', cell: ({ challenged }) => <Count of={challenged} /> },
  { id: 'per100', title: 'Per 100 events', width: '8rem', align: 'end', isWideOnly: true, cell: ({ per100 }) => per100.toLocaleString() },
]

/** Each action with how much friction it has. */
export function ActionsTable({ actions }: { actions: Overview['actions'] }) {
  return (
    <Table
      label="Actions"
      rows={actions}
      rowId={({ action }) => action}
      columns={columns}
      href={({ action }) => `/actions/${encodeURIComponent(action)}`}
    />
  )
}

function Parts({ states }: { states: Action['states'] }) {
  const parts = families.toReversed().map(({ tone, word, states: own }) => ({ tone, word, count: sumOfStates(states, own) }))
  const words = parts.filter(({ count }) => count > 0).map(({ word, count }) => `${count.toLocaleString()} ${word.toLowerCase()}`)
  return <PartsBar label={words.join(', ')} parts={parts} />
}
