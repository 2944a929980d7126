import { useMutation } from '@tanstack/react-query'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { typeWords } from '../../parts/data-type.ts'
import { Facts } from '../../parts/facts.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { Switch } from '../../parts/switch.tsx'
import { announce } from '../../parts/toast.ts'
import { useDataPointsChanged } from '../../parts/use-declare-data-point.ts'
import { useUses, WhereUsed } from '../../parts/where-used.tsx'
import { DataPointForm } from './data-point-form.tsx'
import { readAs } from './declared-table.tsx'
import { requiredBy, withRequired } from './required-by.ts'
import type { Action, DataPoint } from './use-data-points.ts'

/** One data point: what it is, who requires it, what reads it. */
export function OneDataPoint({ point, actions, onRemove }: { point: DataPoint; actions: readonly Action[]; onRemove: () => void }) {
  const { name, dataType, modelType } = point
  const { may } = useMe()
  const uses = useUses('dataPoint', name)
  return (
    <>
      <Facts
        facts={[
          ['Rules read it as', <CopyId key="id" id={readAs(point)} label="the name in rules" />],
          ['Type', typeWords[dataType]],
          ['Belongs to', modelType === 'user' ? 'the user' : 'the event'],
        ]}
      />
      <DataPointForm point={point} />
      {modelType === 'action' && <Required point={point} actions={actions} />}
      <Section title="Where is this used?">
        <WhereUsed kind="dataPoint" query={uses} />
      </Section>
      {may('DELETE /custom-data-points/{id}') && (
        <div className="mt-6 border-t pt-3">
          <Button look="danger" onClick={onRemove}>
            Remove …
          </Button>
        </div>
      )}
    </>
  )
}

function Required({ point: { name }, actions }: { point: DataPoint; actions: readonly Action[] }) {
  const { may } = useMe()
  const changed = useDataPointsChanged()
  const by = requiredBy(name, actions)
  const put = (actionCode: string, requires: string[] | null) =>
    api.patch('/action-configurations/{actionCode}', { path: { actionCode }, body: { requires } }).then(changed)
  const turn = useMutation({
    mutationFn: ({ action, on }: { action: Action; on: boolean }) => put(action.actionCode, withRequired(action.requires, name, on)),
    onSuccess: (_, { action, on }) =>
      announce(`${action.actionCode} ${on ? 'requires' : 'no longer requires'} ${name}.`, () =>
        put(action.actionCode, action.requires == null || action.requires.length === 0 ? null : [...action.requires]),
      ),
  })
  return (
    <Section title="Required by">
      <p className="mb-2 text-sm text-soft">A track of these actions without it is refused, or fails closed where the action says so.</p>
      {actions.length === 0 && <p className="text-sm">There is no action yet.</p>}
      <ul>
        {actions.map((action) => (
          <li key={action.actionCode} className="border-b py-1.5">
            <Switch
              label={action.actionCode}
              checked={by.includes(action.actionCode)}
              disabled={!may('PATCH /action-configurations/{actionCode}') || turn.isPending}
              onChecked={(on) => turn.mutate({ action, on })}
            />
          </li>
        ))}
      </ul>
      {turn.isError && <Problem what="Nothing was changed" error={turn.error} />}
    </Section>
  )
}
