import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../api/api.ts'
import { ApiFault } from '../api/api-fault.ts'
import { FormDialog } from '../parts/form-dialog.tsx'
import { Select } from '../parts/select.tsx'
import { TextField } from '../parts/text-field.tsx'
import { announce } from '../parts/toast.ts'
import { visiblePieces } from '../parts/visible-text.ts'
import { dayFrom, endOfDay } from './snooze-day.ts'

/** A rule that can be snoozed. */
export interface Snoozable {
  actionCode: string
  rule: { ruleId: string; name: string }
  needsApproval: boolean
  /** It is snoozed for the user already: what Undo brings back. */
  before?: { until: string; reason: string } | undefined
}

const subjects = [
  { value: 'userId', label: 'One user' },
  { value: 'deviceId', label: 'One device' },
  { value: 'ipAddress', label: 'An address or a network' },
] as const
const hints = {
  userId: 'Your own id for the user.',
  deviceId: 'The id of the device.',
  ipAddress: 'Such as 198.51.100.7 or 198.51.100.0/24.',
}

/** Silences a rule for one user, device or network until a day. It takes effect at once and ends by itself. Asks only for what is not given. */
export function SnoozeDialog(props: {
  title: string
  /** One of these is snoozed; a single one is not asked for. */
  rules: readonly Snoozable[]
  /** Absent: it is asked for whom. */
  userId?: string
  onClose: () => void
  /** To be called when the rule has changed. */
  refresh: () => Promise<unknown>
}) {
  const { title, rules, userId, onClose, refresh } = props
  const [chosen, setChosen] = useState('0')
  const [subject, setSubject] = useState<keyof typeof hints>('userId')
  const [typed, setTyped] = useState(userId ?? '')
  const [day, setDay] = useState(() => dayFrom(Date.now(), 7))
  const [reason, setReason] = useState('')
  const choice = rules[Number(chosen)]
  const who = { [subject]: typed.trim() }
  const until = endOfDay(day, Date.now())
  const snooze = useMutation({
    mutationFn: async ({ actionCode, rule, before }: Snoozable) => {
      const path = { actionCode, ruleId: rule.ruleId }
      const route = '/action-configurations/{actionCode}/rules/{ruleId}/snooze'
      const query = { propose: 'true', ...(failsTests ? { ignoreFailingTests: 'true' as const } : {}) } as const
      const reply = await api.post(route, { path, query, body: { ...who, until: until ?? '', reason: reason.trim() } })
      await refresh()
      onClose()
      if ('proposalId' in reply) return announce('The snooze is proposed. It holds when somebody else approves it.')
      announce(`${visibleName(rule.name)} is snoozed${userId === undefined ? '' : ' for this user'}.`, async () => {
        if (before === undefined) await api.delete(route, { path, query: who })
        else await api.post(route, { path, body: { ...who, until: before.until, reason: before.reason } })
        await refresh()
      })
    },
  })
  const failsTests = snooze.error instanceof ApiFault && snooze.error.code === 'failing_tests'
  const isRight = choice !== undefined && typed.trim() !== '' && until !== undefined && reason.trim() !== ''
  if (rules.length === 0)
    return (
      <FormDialog
        onClose={onClose}
        title={title}
        verb="Snooze"
        isReady={false}
        isBusy={false}
        onSubmit={onClose}
        error={undefined}
        failure=""
      >
        <p>No rule is in force that could be snoozed. A rule that allows cannot be: a snooze never makes an outcome stricter.</p>
      </FormDialog>
    )
  return (
    <FormDialog
      onClose={onClose}
      title={title}
      verb={failsTests ? 'Snooze all the same' : choice?.needsApproval ? 'Propose' : 'Snooze'}
      isReady={isRight}
      isBusy={snooze.isPending}
      onSubmit={() => choice && snooze.mutate(choice)}
      error={snooze.error}
      failure="The rule was not snoozed"
    >
      <p>The rule does not count for them. It takes effect at once, ends by itself, and every decision that it changes says so.</p>
      {rules.length > 1 && (
        <Select
          label="Rule"
          value={chosen}
          onValue={setChosen}
          options={rules.map(({ actionCode, rule }, place) => ({
            value: String(place),
            label: `${visibleName(rule.name)} (${actionCode})`,
          }))}
        />
      )}
      {userId === undefined && (
        <>
          <Select label="For" value={subject} onValue={setSubject} options={subjects} />
          <TextField label="Which" value={typed} onValue={setTyped} maxLength={256} hint={hints[subject]} isMono />
        </>
      )}
      <TextField
        label="Until the end of"
        type="date"
        value={day}
        min={dayFrom(Date.now(), 0)}
        onValue={setDay}
        error={until === undefined ? 'Choose a day that is not over yet.' : undefined}
        hint="The rule counts for them again by itself on the next day."
      />
      <TextField
        label="Reason"
        value={reason}
        onValue={setReason}
        maxLength={256}
        hint="Receipts show it beside each decision that it changes."
      />
      {choice?.needsApproval && <p className="text-soft">Changes of this action need a second person: the snooze becomes a proposal.</p>}
    </FormDialog>
  )
}

function visibleName(name: string): string {
  return visiblePieces(name)
    .map(({ text }) => text)
    .join('')
}
