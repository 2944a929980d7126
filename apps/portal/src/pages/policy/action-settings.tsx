import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { components } from '../../../generated/api-types.ts'
import { api } from '../../api/api.ts'
import { Checkbox } from '../../parts/checkbox.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Select } from '../../parts/select.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { FirstMethod } from '../../policy-draft/method-choice.tsx'
import { type ActionSettings, draftOfSettings, type SettingsDraft, settingsOfDraft } from './settings-draft.ts'

/** The settings of an action that are no part of its policy: they take effect at once. */
export function ActionSettingsDialog({
  action,
  dataPoints,
  onClose,
}: {
  action: components['schemas']['ActionConfiguration']
  /** Those of actions, by name. */
  dataPoints: readonly string[]
  onClose: () => void
}) {
  const { actionCode } = action
  const [draft, setDraft] = useState(() => draftOfSettings(action))
  const set = (fields: Partial<SettingsDraft>) => setDraft({ ...draft, ...fields })
  const client = useQueryClient()
  const put = (body: ActionSettings) =>
    api
      .patch('/action-configurations/{actionCode}', { path: { actionCode }, body })
      .then(() => client.invalidateQueries({ queryKey: ['actions'] }))
  const before = settingsOfDraft(draftOfSettings(action))
  const save = useMutation({
    mutationFn: () => put(settingsOfDraft(draft)),
    onSuccess: () => {
      announce(`The settings of ${actionCode} are changed.`, () => put(before))
      onClose()
    },
  })
  const offered = [...new Set([...dataPoints, ...draft.requiredDataPoints])]
  return (
    <FormDialog
      onClose={onClose}
      title={`Settings of ${actionCode}`}
      verb="Save"
      isBusy={save.isPending}
      onSubmit={() => save.mutate()}
      error={save.error}
      failure="The settings were not changed"
    >
      <p className="text-xs text-soft">These are no part of the policy: they take effect at once, and no version is made.</p>
      <FirstMethod
        otherwise="One that the user has"
        value={draft.defaultVerificationMethod}
        onValue={(defaultVerificationMethod) => set({ defaultVerificationMethod })}
      />
      <TextField
        label="Ask this address before a challenge passes"
        type="url"
        inputMode="url"
        value={draft.verificationWebhookUrl}
        onValue={(verificationWebhookUrl) => set({ verificationWebhookUrl })}
        maxLength={2048}
        placeholder="https://"
        hint="Called signed, once, within five seconds; everything but a 2xx answer refuses the challenge. Empty: nobody is asked."
      />
      <Select
        label="A sign-in that was not tracked first"
        value={draft.allowUntrackedSignIn}
        onValue={(allowUntrackedSignIn) => set({ allowUntrackedSignIn })}
        options={[
          { value: 'usual', label: 'counts only while the action has no active rule' },
          { value: 'yes', label: 'counts always' },
          { value: 'no', label: 'never counts' },
        ]}
        hint="No rule looks at a sign-in that was not tracked."
      />
      <fieldset className="m-0 border-0 p-0">
        <legend className="mb-1 text-sm font-medium">A track is always refused without</legend>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
          {offered.map((name) => (
            <Checkbox
              key={name}
              label={name}
              checked={draft.requiredDataPoints.includes(name)}
              onChecked={(on) =>
                set({ requiredDataPoints: offered.filter((one) => (one === name ? on : draft.requiredDataPoints.includes(one))) })
              }
            />
          ))}
        </div>
        <p className="mt-1 text-xs text-soft">
          {offered.length === 0
            ? 'No data point of actions is declared.'
            : 'The policy has the same under “What a track must bring”, in versions and with a choice of what happens.'}
        </p>
      </fieldset>
    </FormDialog>
  )
}
