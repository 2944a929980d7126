import { useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { useCommands } from '../../commands/use-commands.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Problem } from '../../parts/problem.tsx'
import { StateBadge } from '../../parts/state-badge.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { draftKey, keptDraft } from '../../policy-draft/kept-drafts.ts'
import { useTimeRange } from '../../url/use-time-range.ts'
import { CreateAction } from './create-action.tsx'
import { describeActions } from './describe-actions.ts'

type Action = components['schemas']['ActionConfiguration']
type Traffic = components['schemas']['Overview']['actions'][number]
type Row = Action & { traffic?: Traffic; rules?: number; isRead: boolean; hasDraft: boolean }

const columns: Column<Row>[] = [
  {
    id: 'code',
    title: 'Action',
    narrowWidth: '55%',
    cell: ({ actionCode, hasDraft, requireApproval }) => (
      <span className="[overflow-wrap:anywhere]">
        {actionCode}
        {hasDraft && <span className="text-xs text-accent"> ● your changes are not live yet</span>}
        {requireApproval && <span className="text-xs font-normal text-soft"> needs a second person</span>}
      </span>
    ),
  },
  {
    id: 'default',
    title: 'When no rule matches',
    width: '11rem',
    cell: ({ defaultUserActionResult }) => <StateBadge state={defaultUserActionResult} />,
  },
  {
    id: 'rules',
    title: 'Rules',
    width: '6rem',
    align: 'end',
    isWideOnly: true,
    cell: ({ rules }) => (rules === undefined ? '' : rules.toLocaleString()),
  },
  {
    id: 'events',
    title: 'Events',
    width: '8rem',
    align: 'end',
    isWideOnly: true,
    cell: ({ traffic, isRead }) => (traffic === undefined ? none(isRead) : <Counted {...traffic.events} />),
  },
  {
    id: 'challenged',
    title: 'Challenged',
    width: '8rem',
    align: 'end',
    isWideOnly: true,
    cell: ({ traffic, isRead }) => (traffic === undefined ? none(isRead) : <Counted {...traffic.challenged} />),
  },
  {
    id: 'share',
    title: 'Per 100 events',
    width: '9rem',
    align: 'end',
    isWideOnly: true,
    cell: ({ traffic }) => traffic?.per100.toLocaleString(undefined, { maximumFractionDigits: 1 }) ?? '',
  },
]

/** What people do in the application, and what is decided about it. */
export default function ActionsPage() {
  const { may, who } = useMe()
  const { from, to } = useTimeRange()
  const [isCreating, setCreating] = useState(false)
  const query = useQuery({ queryKey: ['actions'], queryFn: ({ signal }) => api.get('/action-configurations', { signal }) })
  const codes = query.data?.map(({ actionCode }) => actionCode) ?? []
  const rules = useQueries({
    queries: codes.map((actionCode) => ({
      queryKey: ['actions', actionCode, 'rules'],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        api.get('/action-configurations/{actionCode}/rules', { path: { actionCode }, signal }),
    })),
  })
  const traffic = useQuery({
    queryKey: ['overview', from, to],
    queryFn: ({ signal }) => api.get('/overview', { query: { from, to }, signal }),
  })
  const mayCreate = may('POST /action-configurations')
  useCommands(mayCreate ? [{ id: 'action.create', title: 'Create an action', keys: 'c', run: () => setCreating(true) }] : [])
  const create = mayCreate && (
    <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
      Create an action
    </Button>
  )
  const rowsOf = (actions: readonly Action[]): Row[] =>
    actions.map((action, place) => {
      const count = rules[place]?.data?.length
      const found = traffic.data?.actions.find((one) => one.action === action.actionCode)
      return {
        ...action,
        isRead: traffic.data !== undefined,
        hasDraft: keptDraft(draftKey(who, action.actionCode)) !== undefined,
        ...(found && { traffic: found }),
        ...(count !== undefined && { rules: count }),
      }
    })
  return (
    <Page
      title="Actions"
      sentence={query.data ? describeActions(query.data.length, traffic.data?.actions) : 'What people do, and what is decided about it.'}
      actions={query.data && query.data.length > 0 && create}
    >
      {traffic.isError && <Problem what="The events could not be counted" error={traffic.error} onRetry={() => void traffic.refetch()} />}
      <Loaded query={query} what="the actions">
        {(actions) =>
          actions.length === 0 ? (
            <Empty title="There is no action yet." action={create}>
              An action is something that people do in your application and that is worth a decision: a sign-in, a transfer, a new address.
            </Empty>
          ) : (
            <Table
              label="Actions"
              rows={rowsOf(actions)}
              rowId={({ actionCode }) => actionCode}
              columns={columns}
              href={({ actionCode }) => `/actions/${encodeURIComponent(actionCode)}`}
            />
          )
        }
      </Loaded>
      <CreateAction isOpen={isCreating} onClose={() => setCreating(false)} />
    </Page>
  )
}

function none(isRead: boolean) {
  return isRead ? <span className="text-soft">0</span> : ''
}

function Counted({ count, filter }: Traffic['events']) {
  return (
    <Link href={`/events?${new URLSearchParams(filter)}`} className="hover:underline">
      {count.toLocaleString()}
    </Link>
  )
}
