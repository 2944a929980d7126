import { featureSentence } from '@sallyport/engine/explain'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { useLocation } from 'wouter'
import { api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/checkbox.tsx'
import { Sheet } from '../../parts/dialog.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Select } from '../../parts/select.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { describeState } from '../../parts/state.ts'
import { TextArea, TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { bodyOf } from './feature-body.ts'
import { definitionOf, emptyDraft, type FeatureDraft } from './feature-draft.ts'

const metrics = [
  { value: 'count', label: 'how many events there were' },
  { value: 'sum', label: 'the sum of a number' },
  { value: 'distinct', label: 'how many different values there were' },
] as const
const pers = [
  { value: 'user', label: 'user' },
  { value: 'device', label: 'device' },
  { value: 'address', label: 'address' },
  { value: 'network', label: 'network (/24 or /48)' },
  { value: 'custom', label: 'value of a data point' },
  { value: 'user+custom', label: 'user and value of a data point' },
] as const
const units = [
  { value: 'minutes', label: 'minutes' },
  { value: 'hours', label: 'hours' },
  { value: 'days', label: 'days' },
] as const
const states = [
  'ALLOW',
  'BLOCK',
  'CHALLENGE_REQUIRED',
  'CHALLENGE_SUCCEEDED',
  'CHALLENGE_FAILED',
  'REVIEW_REQUIRED',
  'REVIEW_SUCCEEDED',
  'REVIEW_FAILED',
] as const

/** Asks what is counted, and says it back in a sentence while it is written. */
export function CreateFeature({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title="Create a feature">
      <Form onClose={onClose} />
    </Sheet>
  )
}

function Form({ onClose }: { onClose: () => void }) {
  const [draft, setDraft] = useState(emptyDraft)
  const [isAsked, setAsked] = useState(false)
  const set = (changed: Partial<FeatureDraft>) => setDraft({ ...draft, ...changed })
  const [, navigate] = useLocation()
  const client = useQueryClient()
  const suggestions = useId()
  const fields = useId()
  const points = useQuery({ queryKey: ['data-points'], queryFn: ({ signal }) => api.get('/custom-data-points', { signal }) })
  const actions = useQuery({ queryKey: ['actions', { of: 'all' }], queryFn: ({ signal }) => api.get('/action-configurations', { signal }) })
  const written = definitionOf(draft)
  const mistakes = 'mistakes' in written ? written.mistakes : {}
  const create = useMutation({
    mutationFn: (body: ReturnType<typeof bodyOf>) => api.post('/velocity-features', { body }),
    onSuccess: async ({ name }) => {
      await client.invalidateQueries({ queryKey: ['features'] })
      announce(`${name} counts from now on.`)
      onClose()
      navigate(`/features/${encodeURIComponent(name)}`)
    },
  })
  const error = (part: keyof FeatureDraft) => (isAsked ? mistakes[part] : undefined)
  const ofActions = (points.data ?? []).filter(({ modelType }) => modelType === 'action')
  // A name that is missing yet does not keep the sentence away.
  const shown = definitionOf({ ...draft, name: draft.name || 'unnamed' })
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        setAsked(true)
        if ('definition' in written) create.mutate(bodyOf(written.definition))
      }}
    >
      <div className="rounded-md border bg-tint p-3 text-sm" aria-live="polite">
        {'definition' in shown ? (
          <Sentence>{featureSentence(shown.definition)}</Sentence>
        ) : (
          'Say what is counted; here it will stand in a sentence.'
        )}
      </div>
      <TextField
        label="Name"
        value={draft.name}
        onValue={(name) => set({ name })}
        isMono
        maxLength={64}
        error={error('name')}
        hint={`Rules read it as velocity.${draft.name || '…'}`}
      />
      <Select label="It counts" value={draft.metric} onValue={(metric) => set({ metric })} options={metrics} />
      {draft.metric !== 'count' && (
        <>
          <TextField
            label="Of"
            value={draft.of}
            onValue={(of) => set({ of })}
            isMono
            list={suggestions}
            error={error('of')}
            hint={draft.metric === 'sum' ? 'A number: custom.amount' : 'A value of the event: device.id, ip.address, custom.recipient'}
          />
          <datalist id={suggestions}>
            {draft.metric === 'distinct' &&
              ['device.id', 'ip.address', 'ip.countryCode', 'user.id'].map((name) => <option key={name} value={name} />)}
            {ofActions
              .filter(({ dataType }) => draft.metric === 'distinct' || dataType === 'number')
              .map(({ id, name }) => (
                <option key={id} value={`custom.${name}`} />
              ))}
          </datalist>
        </>
      )}
      <div className="grid gap-4 narrow:grid-cols-2">
        <Select label="Together for each" value={draft.per} onValue={(per) => set({ per })} options={pers} />
        {(draft.per === 'custom' || draft.per === 'user+custom') && (
          <>
            <TextField
              label="Data point"
              value={draft.field}
              onValue={(field) => set({ field })}
              isMono
              list={fields}
              error={error('field')}
            />
            <datalist id={fields}>
              {ofActions.map(({ id, name }) => (
                <option key={id} value={name} />
              ))}
            </datalist>
          </>
        )}
      </div>
      <div className="grid grid-cols-2 gap-4">
        <TextField
          label="In the last"
          value={draft.window}
          onValue={(window) => set({ window })}
          inputMode="numeric"
          error={error('window')}
        />
        <Select label="Unit" value={draft.unit} onValue={(unit) => set({ unit })} options={units} />
      </div>
      <fieldset>
        <legend className="mb-1 text-sm font-medium">Actions</legend>
        <p className="text-xs text-soft">None chosen: all of them.</p>
        <div className="flex flex-wrap gap-x-4">
          {(actions.data ?? []).map(({ actionCode }) => (
            <Checkbox
              key={actionCode}
              label={<UserText>{actionCode}</UserText>}
              checked={draft.actions.includes(actionCode)}
              onChecked={(on) => set({ actions: toggled(draft.actions, actionCode, on) })}
            />
          ))}
        </div>
      </fieldset>
      <details>
        <summary className="text-sm font-medium">Only some events</summary>
        <div className="mt-3 space-y-4">
          <fieldset>
            <legend className="mb-1 text-sm font-medium">When they become</legend>
            <p className="text-xs text-soft">None chosen: an event counts when it is tracked, whatever becomes of it.</p>
            <div className="flex flex-wrap gap-x-4">
              {states.map((state) => (
                <Checkbox
                  key={state}
                  label={describeState(state).word}
                  checked={draft.states.includes(state)}
                  onChecked={(on) => set({ states: toggled(draft.states, state, on) })}
                />
              ))}
            </div>
          </fieldset>
          <TextArea
            label="Condition"
            value={draft.condition}
            onValue={(condition) => set({ condition })}
            isMono
            rows={3}
            error={draft.condition.trim() === '' ? undefined : mistakes.condition}
            hint='JsonLogic over the event itself: {">": [{"var": "custom.amount"}, 100]}'
          />
        </div>
      </details>
      {create.isError && <Problem what="The feature was not created" error={create.error} />}
      <div className="flex justify-end gap-2 border-t pt-3">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={create.isPending}>
          Create
        </Button>
      </div>
    </form>
  )
}

function toggled<T>(values: readonly T[], value: T, on: boolean): readonly T[] {
  return on ? [...values, value] : values.filter((one) => one !== value)
}
