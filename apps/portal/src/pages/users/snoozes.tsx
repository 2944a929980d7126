import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { Problem } from '../../parts/problem.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { SnoozeDialog } from '../../policy-draft/snooze-dialog.tsx'
import { type ActionRules, rulesToSnooze, type Snoozed, snoozesOf } from './find-snoozes.ts'

/** The rules that are silenced for a user, to end and to add to. */
export function Snoozes({ userId, actions }: { userId: string; actions: readonly ActionRules[] }) {
  const { may } = useMe()
  const client = useQueryClient()
  const [isOpen, setOpen] = useState(false)
  const snoozed = snoozesOf(userId, actions)
  const changed = () => client.invalidateQueries({ queryKey: ['actions'] })
  const end = useMutation({
    mutationFn: async ({ action, rule }: Snoozed) => {
      const path = { actionCode: action.actionCode, ruleId: rule.ruleId }
      const query = action.requireApproval ? { userId, propose: 'true' as const } : { userId }
      await api.delete('/action-configurations/{actionCode}/rules/{ruleId}/snooze', { path, query })
      await changed()
    },
    onSuccess: (_, { action, rule, until, reason }) => {
      if (action.requireApproval) return announce('The end of the snooze is proposed. It holds when somebody else approves it.')
      const path = { actionCode: action.actionCode, ruleId: rule.ruleId }
      announce('The snooze has ended.', () =>
        api.post('/action-configurations/{actionCode}/rules/{ruleId}/snooze', { path, body: { userId, until, reason } }).then(changed),
      )
    },
  })
  const mayEnd = may('DELETE /action-configurations/{actionCode}/rules/{ruleId}/snooze')
  const maySnooze = may('POST /action-configurations/{actionCode}/rules/{ruleId}/snooze')
  const columns: Column<Snoozed>[] = [
    {
      id: 'rule',
      title: 'Rule',
      cell: ({ action, rule }) => (
        <Link
          href={`/actions/${encodeURIComponent(action.actionCode)}/rules/${encodeURIComponent(rule.ruleId)}`}
          className="font-medium hover:underline"
        >
          <UserText>{rule.name}</UserText>
        </Link>
      ),
    },
    { id: 'action', title: 'Action', width: '14rem', isWideOnly: true, cell: ({ action }) => <UserText>{action.actionCode}</UserText> },
    { id: 'until', title: 'Ends', width: '9rem', narrowWidth: '6rem', cell: ({ until }) => <Time at={until} look="relative" /> },
    {
      id: 'reason',
      title: 'Reason',
      isWideOnly: true,
      cell: ({ reason, by }) => (
        <>
          <UserText>{reason}</UserText>
          {by !== undefined && (
            <span className="text-soft">
              {' '}
              · <UserText>{by}</UserText>
            </span>
          )}
        </>
      ),
    },
    ...(mayEnd
      ? [
          {
            id: 'end',
            title: 'Change',
            isTitleHidden: true,
            width: '7rem',
            narrowWidth: '6rem',
            align: 'end' as const,
            cell: (one: Snoozed) => (
              <Button look="quiet" className="h-6 px-2" isBusy={end.isPending} onClick={() => end.mutate(one)}>
                End it now
              </Button>
            ),
          },
        ]
      : []),
  ]
  const snooze = maySnooze && (
    <Button icon="clock" onClick={() => setOpen(true)}>
      Snooze a rule
    </Button>
  )
  return (
    <>
      {end.isError && <Problem what="The snooze did not end" error={end.error} />}
      {snoozed.length === 0 ? (
        <Empty title="Every rule counts for this user." action={snooze}>
          A rule that is right for everybody can be wrong for one person for a while, such as after a move. A snooze silences it for them
          and ends by itself.
        </Empty>
      ) : (
        <>
          <Table
            label="Snoozed rules"
            rows={snoozed}
            rowId={({ action, rule }) => `${action.actionCode} ${rule.ruleId}`}
            columns={columns}
          />
          <div className="mt-3">{snooze}</div>
        </>
      )}
      {isOpen && (
        <SnoozeDialog
          title="Snooze a rule for this user"
          userId={userId}
          rules={rulesToSnooze(actions).map(({ action, rule }) => ({
            actionCode: action.actionCode,
            rule,
            needsApproval: action.requireApproval === true,
            before: snoozed.find((one) => one.action === action && one.rule === rule),
          }))}
          onClose={() => setOpen(false)}
          refresh={changed}
        />
      )}
    </>
  )
}
