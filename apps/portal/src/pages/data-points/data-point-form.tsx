import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/checkbox.tsx'
import { Problem } from '../../parts/problem.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { useDataPointsChanged } from '../../parts/use-declare-data-point.ts'
import type { DataPoint } from './use-data-points.ts'

/** What can be changed of a data point: its words, its bounds, and whether users may see it. */
export function DataPointForm({ point }: { point: DataPoint }) {
  const { id, dataType } = point
  const { may } = useMe()
  const changed = useDataPointsChanged()
  const before = {
    description: point.description ?? '',
    minimum: point.minimum === undefined ? '' : String(point.minimum),
    maximum: point.maximum === undefined ? '' : String(point.maximum),
    isPublic: point.isPublic,
  }
  const [draft, setDraft] = useState(before)
  const set = (part: Partial<typeof before>) => setDraft({ ...draft, ...part })
  const bound = (text: string) => (text.trim() === '' ? null : Number(text))
  const put = ({ description, minimum, maximum, isPublic }: typeof before) =>
    api
      .patch('/custom-data-points/{id}', {
        path: { id },
        body: {
          description: description.trim() || null,
          isPublic,
          ...(dataType === 'number' && { minimum: bound(minimum), maximum: bound(maximum) }),
        },
      })
      .then(changed)
  const save = useMutation({
    mutationFn: () => put(draft),
    onSuccess: () => announce('The data point is changed.', () => put(before)),
  })
  const areNumbers = [draft.minimum, draft.maximum].every((text) => Number.isFinite(bound(text) ?? 0))
  const isChanged = JSON.stringify(draft) !== JSON.stringify(before)
  return (
    <form
      className="mt-4 space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (areNumbers) save.mutate()
      }}
    >
      <fieldset disabled={!may('PATCH /custom-data-points/{id}')} className="space-y-3">
        <legend className="sr-only">What can be changed</legend>
        <TextField label="What it is" value={draft.description} onValue={(description) => set({ description })} maxLength={1024} />
        {dataType === 'number' && (
          <div className="grid grid-cols-2 gap-3">
            <TextField
              label="Smallest"
              value={draft.minimum}
              onValue={(minimum) => set({ minimum })}
              inputMode="decimal"
              hint="A track with less is refused."
            />
            <TextField
              label="Largest"
              value={draft.maximum}
              onValue={(maximum) => set({ maximum })}
              inputMode="decimal"
              error={areNumbers ? undefined : 'Numbers, or nothing.'}
              hint="A track with more is refused."
            />
          </div>
        )}
        <Checkbox label="May be shown to the user who approves" checked={draft.isPublic} onChecked={(isPublic) => set({ isPublic })} />
      </fieldset>
      {isChanged && (
        <div className="flex gap-2">
          <Button type="submit" look="primary" disabled={!areNumbers} isBusy={save.isPending}>
            Save
          </Button>
          <Button onClick={() => setDraft(before)}>Discard</Button>
        </div>
      )}
      {save.isError && <Problem what="Nothing was changed" error={save.error} />}
    </form>
  )
}
