import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { components } from '../../generated/api-types.ts'
import { api } from '../api/api.ts'
import { Empty } from './empty.tsx'
import { hrefOfUse } from './href-of-use.ts'
import { Loaded } from './loaded.tsx'
import { type Column, Table } from './table.tsx'
import { UserText } from './user-text.tsx'

type Usage = components['schemas']['Usage']
/** What can be used by rules, with the word for it in a sentence. */
const kinds = { list: 'list', feature: 'feature', dataPoint: 'data point', signal: 'signal' } as const
export type UsedKind = keyof typeof kinds
export type Uses = UseQueryResult<{ uses: Usage[] }>

const words = { rule: 'Rule', velocity_feature: 'Velocity feature', requirement: 'Required by the action', test: 'Saved test' } as const

const columns: Column<Usage>[] = [
  { id: 'name', title: 'Name', cell: (use) => <Name use={use} /> },
  { id: 'kind', title: 'What', width: '12rem', cell: ({ kind }) => words[kind] },
  {
    id: 'action',
    title: 'Action',
    width: '14rem',
    isWideOnly: true,
    cell: ({ actionCode }) => (actionCode === undefined ? '–' : <UserText>{actionCode}</UserText>),
  },
  { id: 'mode', title: 'Mode', width: '6rem', isWideOnly: true, cell: ({ mode }) => mode ?? '–' },
]

function Name({ use }: { use: Usage }) {
  const href = hrefOfUse(use)
  const name = <UserText>{use.name ?? use.ruleId ?? use.actionCode ?? use.reads}</UserText>
  return href === undefined ? (
    name
  ) : (
    <Link href={href} className="font-medium hover:underline">
      {name}
    </Link>
  )
}

/** Reads what uses a list, a velocity feature, a data point or a signal. */
export function useUses(kind: UsedKind, name: string): Uses {
  return useQuery({
    queryKey: ['usage', kind, name],
    queryFn: ({ signal }) => api.get('/usage', { query: { [kind]: name }, signal }),
  })
}

/** "Where is this used?": everything that reads it, with the way there. */
export function WhereUsed({ kind, query }: { kind: UsedKind; query: Uses }) {
  return (
    <Loaded query={query} what={`where the ${kinds[kind]} is used`} lines={2}>
      {({ uses }) =>
        uses.length === 0 ? (
          <Empty title={`Nothing reads this ${kinds[kind]}.`}>
            No rule, feature or test refers to it{kind === 'signal' ? '' : ', so it can be removed'}.
          </Empty>
        ) : (
          <Table
            label={`Where the ${kinds[kind]} is used`}
            rows={uses}
            rowId={(use) => [use.kind, use.actionCode, use.ruleId, use.name].join(' ')}
            columns={columns}
          />
        )
      }
    </Loaded>
  )
}
