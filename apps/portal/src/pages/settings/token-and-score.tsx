import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { type Tenant, useChangeTenant } from './use-tenant.ts'

const usualMinutes = 10
const usualDays = 3
const modes = [
  { value: 'default', label: 'As usual' },
  { value: 'freeman-reference', label: 'The published reference formula (Freeman et al., 2016)' },
] as const

/** How long a challenge may be answered, how the risk score is calculated, and what the first days of an account prove. */
export function TokenAndScore({ tenant }: { tenant: Tenant }) {
  const { trustOnFirstUse } = tenant
  const before = {
    tokenDurationInMinutes: tenant.tokenDurationInMinutes ?? usualMinutes,
    riskScoreMode: tenant.riskScoreMode ?? 'default',
    trustOnFirstUse: { ...trustOnFirstUse, days: trustOnFirstUse?.days ?? usualDays },
  }
  const { may } = useMe()
  const change = useChangeTenant()
  const [minutes, setMinutes] = useState(String(before.tokenDurationInMinutes))
  const [riskScoreMode, setMode] = useState<'default' | 'freeman-reference'>(before.riskScoreMode)
  const [days, setDays] = useState(String(before.trustOnFirstUse.days))
  const after = { tokenDurationInMinutes: Number(minutes), riskScoreMode, trustOnFirstUse: { ...trustOnFirstUse, days: Number(days) } }
  const isRightTime = isWholeNumber(after.tokenDurationInMinutes, 1, 60)
  const isRightDays = days.trim() !== '' && isWholeNumber(after.trustOnFirstUse.days, 0, 14)
  const isRight = isRightTime && isRightDays
  const save = useMutation({
    mutationFn: () => change(after),
    onSuccess: () => announce('It is changed.', () => change(before)),
  })
  const mayChange = may('PATCH /tenant')
  return (
    <Section title="Challenges and score">
      <form
        className="max-w-xl space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          if (isRight) save.mutate()
        }}
      >
        <fieldset disabled={!mayChange} className="space-y-3">
          <legend className="sr-only">Challenges and score</legend>
          <TextField
            label="Minutes in which a challenge can be answered"
            value={minutes}
            onValue={setMinutes}
            inputMode="numeric"
            error={isRightTime ? undefined : 'A whole number from 1 to 60.'}
            hint="The lifetime of the token that a track answers. Usually 10."
          />
          <Select label="The risk score is calculated by" value={riskScoreMode} onValue={setMode} options={modes} />
          <TextField
            label="Days at the start of an account that are taken on trust"
            value={days}
            onValue={setDays}
            inputMode="numeric"
            error={isRightDays ? undefined : 'A whole number from 0 to 14.'}
            hint="In these days an allowed action makes a few addresses and devices known without a challenge. Usually 3; 0 turns it off."
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

function isWholeNumber(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}
