import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { policyKey } from '../../policy-draft/use-policy-draft.ts'

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
const spans = [
  { value: '1', label: 'One day' },
  { value: '7', label: 'One week' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
] as const
type Subject = (typeof subjects)[number]['value']
type Span = (typeof spans)[number]['value']

/** Silences a rule for one user, device or network for a while. It takes effect at once and ends by itself. */
export function SnoozeRule({
  actionCode,
  rule,
  onClose,
}: {
  actionCode: string
  rule: { ruleId: string; name: string }
  onClose: () => void
}) {
  const [subject, setSubject] = useState<Subject>('userId')
  const [value, setValue] = useState('')
  const [days, setDays] = useState<Span>('7')
  const [reason, setReason] = useState('')
  const client = useQueryClient()
  const path = { actionCode, ruleId: rule.ruleId }
  const refresh = () => client.invalidateQueries({ queryKey: policyKey(actionCode) })
  const snooze = useMutation({
    mutationFn: () =>
      api.post('/action-configurations/{actionCode}/rules/{ruleId}/snooze', {
        path,
        query: { propose: 'true' },
        body: { [subject]: value.trim(), until: new Date(Date.now() + Number(days) * 86_400_000).toISOString(), reason: reason.trim() },
      }),
    onSuccess: async (reply) => {
      await refresh()
      onClose()
      if ('proposalId' in reply) return announce('A second person has to approve the snooze.')
      announce(`${rule.name} is snoozed.`, () =>
        api.delete('/action-configurations/{actionCode}/rules/{ruleId}/snooze', { path, query: { [subject]: value.trim() } }).then(refresh),
      )
    },
  })
  const isRight = value.trim() !== '' && reason.trim() !== ''
  return (
    <FormDialog
      onClose={onClose}
      title={`Snooze ${rule.name}`}
      verb="Snooze"
      isReady={isRight}
      isBusy={snooze.isPending}
      onSubmit={() => snooze.mutate()}
      error={snooze.error}
      failure="The rule was not snoozed"
    >
      <p>The rule does not count for whom you name. It takes effect at once, ends by itself, and every decision that it changes says so.</p>
      <Select label="For" value={subject} onValue={setSubject} options={subjects} />
      <TextField label="Which" value={value} onValue={setValue} maxLength={256} hint={hints[subject]} isMono />
      <Select label="How long" value={days} onValue={setDays} options={spans} />
      <TextField label="Reason" value={reason} onValue={setReason} maxLength={256} hint="Whoever reads a receipt sees it." />
    </FormDialog>
  )
}
