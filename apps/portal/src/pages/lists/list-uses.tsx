import type { UseQueryResult } from '@tanstack/react-query'
import type { components } from '../../../generated/api-types.ts'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { UserText } from '../../parts/user-text.tsx'

type Usage = components['schemas']['Usage']

const kinds = { rule: 'Rule', velocity_feature: 'Velocity feature', requirement: 'Requirement', test: 'Saved test' } as const

const columns: Column<Usage>[] = [
  { id: 'kind', title: 'What', width: '9rem', cell: ({ kind }) => kinds[kind] },
  { id: 'name', title: 'Name', cell: ({ name, ruleId }) => <UserText>{name ?? ruleId ?? ''}</UserText> },
  { id: 'action', title: 'Action', width: '12rem', cell: ({ actionCode }) => <UserText>{actionCode ?? '–'}</UserText> },
  { id: 'mode', title: 'Mode', width: '6rem', isWideOnly: true, cell: ({ mode }) => mode ?? '–' },
]

/** Everything that reads the list. */
export function ListUses({ query }: { query: UseQueryResult<{ uses: Usage[] }> }) {
  return (
    <Loaded query={query} what="where the list is used">
      {({ uses }) =>
        uses.length === 0 ? (
          <Empty title="Nothing reads this list.">No rule, feature or test refers to it, so it can be deleted.</Empty>
        ) : (
          <Table
            label="Where the list is used"
            rows={uses}
            rowId={(use) => [use.kind, use.actionCode, use.ruleId, use.name].join(' ')}
            columns={columns}
          />
        )
      }
    </Loaded>
  )
}
