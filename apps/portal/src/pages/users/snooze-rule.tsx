import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { ApiFault } from '../../api/api-fault.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { typeable } from './describe-user.ts'
import { type ActionRules, dayFrom, endOfDay, rulesToSnooze, snoozesOf } from './find-snoozes.ts'

interface Props {
  isOpen: boolean
  onClose: () => void
  userId: string
  actions: readonly ActionRules[]
  onDone: () => Promise<unknown>
}

/** Asks which rule to silence for the user, until when, and why. */
export function SnoozeRule({ isOpen, onClose, userId, actions, onDone }: Props) {
  const choices = rulesToSnooze(actions)
  const [chosen, setChosen] = useState('0')
  const [day, setDay] = useState(() => dayFrom(Date.now(), 7))
  const [reason, setReason] = useState('')
  const choice = choices[Number(chosen)]
  const until = endOfDay(day, Date.now())
  const snooze = useMutation({
    mutationFn: async ({ ignoreFailingTests }: { ignoreFailingTests: boolean }) => {
      if (choice === undefined || until === undefined) return
      const { action, rule } = choice
      const path = { actionCode: action.actionCode, ruleId: rule.ruleId }
      const before = snoozesOf(userId, actions).find((one) => one.action === action && one.rule === rule)
      await api.post('/action-configurations/{actionCode}/rules/{ruleId}/snooze', {
        path,
        query: {
          ...(action.requireApproval ? { propose: 'true' as const } : {}),
          ...(ignoreFailingTests ? { ignoreFailingTests: 'true' as const } : {}),
        },
        body: { userId, until, reason: reason.trim() },
      })
      await onDone()
      if (action.requireApproval) return announce('The snooze is proposed. It holds when somebody else approves it.')
      announce(`${typeable(rule.name)} is snoozed for this user.`, async () => {
        if (before === undefined) {
          await api.delete('/action-configurations/{actionCode}/rules/{ruleId}/snooze', { path, query: { userId } })
        } else {
          const body = { userId, until: before.until, reason: before.reason }
          await api.post('/action-configurations/{actionCode}/rules/{ruleId}/snooze', { path, body })
        }
        await onDone()
      })
    },
    onSuccess: () => close(),
  })
  const close = () => {
    setReason('')
    snooze.reset()
    onClose()
  }
  const isRight = choice !== undefined && until !== undefined && reason.trim() !== ''
  const failsTests = snooze.error instanceof ApiFault && snooze.error.code === 'failing_tests'
  return (
    <Dialog
      isOpen={isOpen}
      onClose={close}
      title="Snooze a rule for this user"
      actions={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button
            look="primary"
            disabled={!isRight}
            isBusy={snooze.isPending}
            onClick={() => snooze.mutate({ ignoreFailingTests: failsTests })}
          >
            {failsTests ? 'Snooze all the same' : choice?.action.requireApproval ? 'Propose' : 'Snooze'}
          </Button>
        </>
      }
    >
      {choices.length === 0 ? (
        <p>No rule is in force that could be snoozed. A rule that allows cannot be: a snooze never makes an outcome stricter.</p>
      ) : (
        <form
          className="space-y-3"
          onSubmit={(event) => {
            event.preventDefault()
            if (isRight) snooze.mutate({ ignoreFailingTests: false })
          }}
        >
          <Select
            label="Rule"
            value={chosen}
            onValue={setChosen}
            options={choices.map(({ action, rule }, place) => ({
              value: String(place),
              label: `${typeable(rule.name)} (${action.actionCode})`,
            }))}
          />
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
            maxLength={500}
            hint="Receipts show it beside each decision that it changes."
          />
          {choice?.action.requireApproval && (
            <p className="text-soft">Changes of this action need a second person: the snooze becomes a proposal.</p>
          )}
          {snooze.isError && <Problem what="The rule was not snoozed" error={snooze.error} />}
        </form>
      )}
    </Dialog>
  )
}
