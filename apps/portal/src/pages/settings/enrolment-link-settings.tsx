import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/checkbox.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { type Tenant, useChangeTenant } from './use-tenant.ts'

const usualHours = 24

/** Where an enrolment link leads, how long it waits, and who approves it. */
export function EnrolmentLinkSettings({ tenant }: { tenant: Tenant }) {
  const before = {
    enrolmentLinkUrl: tenant.enrolmentLinkUrl ?? null,
    enrolmentLinkWaitHours: tenant.enrolmentLinkWaitHours ?? usualHours,
    enrolmentLinkNeedsApproval: tenant.enrolmentLinkNeedsApproval ?? false,
  }
  const { may } = useMe()
  const change = useChangeTenant()
  const [url, setUrl] = useState(before.enrolmentLinkUrl ?? '')
  const [hours, setHours] = useState(String(before.enrolmentLinkWaitHours))
  const [needsApproval, setNeedsApproval] = useState(before.enrolmentLinkNeedsApproval)
  const after = {
    enrolmentLinkUrl: url.trim() === '' ? null : url.trim(),
    enrolmentLinkWaitHours: Number(hours),
    enrolmentLinkNeedsApproval: needsApproval,
  }
  const isRight = hours.trim() !== '' && after.enrolmentLinkWaitHours >= 0 && after.enrolmentLinkWaitHours <= 720
  const save = useMutation({
    mutationFn: () => change(after),
    onSuccess: () => announce('Enrolment links are changed.', () => change(before)),
  })
  const mayChange = may('PATCH /tenant')
  return (
    <Section title="Enrolment links">
      <form
        className="max-w-xl space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (isRight) save.mutate()
        }}
      >
        <fieldset disabled={!mayChange} className="space-y-3">
          <legend className="sr-only">Enrolment links</legend>
          <TextField
            label="Page of your application that a link opens"
            value={url}
            onValue={setUrl}
            type="url"
            placeholder="https://www.bank.example/enrol"
            hint="It gets the token as #enrolment=…, and your server redeems it once. Empty: no link can be issued."
          />
          <TextField
            label="Hours before a link can be used"
            value={hours}
            onValue={setHours}
            inputMode="decimal"
            error={isRight ? undefined : 'From 0 to 720 hours, which is 30 days.'}
            hint="The time in which the real user can stop it. Usually 24; without a wait, whoever talks support into a link is in."
          />
          <Checkbox
            label="A second admin approves each link, and the wait begins then"
            checked={needsApproval}
            onChecked={setNeedsApproval}
          />
        </fieldset>
        {mayChange && (
          <Button type="submit" disabled={!isRight || JSON.stringify(after) === JSON.stringify(before)} isBusy={save.isPending}>
            Save
          </Button>
        )}
        {save.isError && <Problem what="Nothing was changed" error={save.error} />}
      </form>
    </Section>
  )
}
