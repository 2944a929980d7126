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
const modes = [
  { value: 'default', label: 'As usual' },
  { value: 'freeman-reference', label: 'The published reference formula (Freeman et al., 2016)' },
] as const

/** How long a challenge may be answered, and how the risk score is calculated. */
export function TokenAndScore({ tenant }: { tenant: Tenant }) {
  const before = { tokenDurationInMinutes: tenant.tokenDurationInMinutes ?? usualMinutes, riskScoreMode: tenant.riskScoreMode ?? 'default' }
  const { may } = useMe()
  const change = useChangeTenant()
  const [minutes, setMinutes] = useState(String(before.tokenDurationInMinutes))
  const [riskScoreMode, setMode] = useState<'default' | 'freeman-reference'>(before.riskScoreMode)
  const after = { tokenDurationInMinutes: Number(minutes), riskScoreMode }
  const isRight = Number.isInteger(after.tokenDurationInMinutes) && after.tokenDurationInMinutes >= 1 && after.tokenDurationInMinutes <= 60
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
            error={isRight ? undefined : 'A whole number from 1 to 60.'}
            hint="The lifetime of the token that a track answers. Usually 10."
          />
          <Select label="The risk score is calculated by" value={riskScoreMode} onValue={setMode} options={modes} />
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
