import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Checkbox } from '../../parts/checkbox.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { Select } from '../../parts/select.tsx'
import { Switch } from '../../parts/switch.tsx'
import { TextArea, TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { changesOf, draftOf } from './passkey-draft.ts'
import type { Configuration } from './use-configurations.ts'
import { wordsOf } from './words-of.ts'

const verification = [
  { value: '', label: 'As usual: required' },
  { value: 'required', label: 'Required: face, finger or PIN, always' },
  { value: 'preferred', label: 'Preferred: where the device can' },
  { value: 'discouraged', label: 'Discouraged: presence is enough' },
] as const
const residence = [
  { value: '', label: 'As usual' },
  { value: 'required', label: 'Required: a sign-in needs no user name' },
  { value: 'preferred', label: 'Preferred' },
  { value: 'discouraged', label: 'Discouraged' },
] as const
const attachments = [
  { value: '', label: 'Any' },
  { value: 'all-supported', label: 'Any, said to the browser' },
  { value: 'platform', label: 'Only the device itself' },
  { value: 'cross-platform', label: 'Only phones and security keys' },
] as const
const hints = [
  { value: 'client-device', label: 'this device' },
  { value: 'hybrid', label: 'a phone' },
  { value: 'security-key', label: 'a security key' },
] as const

/** How passkeys are made and asked for. */
export function PasskeyMethod({ configuration }: { configuration: Configuration }) {
  const { authenticatorId, isActive } = configuration
  const { may } = useMe()
  const client = useQueryClient()
  const before = draftOf(configuration)
  const [draft, setDraft] = useState(before)
  const [isRemoving, setRemoving] = useState(false)
  const set = (changed: Partial<typeof before>) => setDraft({ ...draft, ...changed })
  const mayChange = may('PATCH /authenticator-configurations/{authenticatorId}')
  const patch = (body: ReturnType<typeof changesOf> & { isActive?: boolean }) =>
    api
      .patch('/authenticator-configurations/{authenticatorId}', { path: { authenticatorId }, body })
      .then(() => client.invalidateQueries({ queryKey: ['authenticator-configurations'] }))
  const changes = changesOf(before, draft)
  const save = useMutation({
    mutationFn: () => patch(changes),
    onSuccess: () => announce('Passkeys are asked for as you said.', () => patch(changesOf(draft, before))),
  })
  const turn = useMutation({
    mutationFn: (on: boolean) => patch({ isActive: on }),
    onSuccess: (_, on) => announce(`Passkeys are turned ${on ? 'on' : 'off'}.`, () => patch({ isActive: !on })),
  })
  return (
    <Section
      title="Passkeys"
      aside={<Switch label="In use" checked={isActive} disabled={!mayChange || turn.isPending} onChecked={(on) => turn.mutate(on)} />}
    >
      {turn.isError && <Problem what="Nothing was changed" error={turn.error} />}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <fieldset disabled={!mayChange} className="grid max-w-5xl gap-x-8 gap-y-4 narrow:grid-cols-2">
          <legend className="sr-only">How passkeys are made and asked for</legend>
          <TextField
            label="Name in passkey dialogs"
            value={draft.relyingPartyName}
            onValue={(relyingPartyName) => set({ relyingPartyName })}
            maxLength={64}
            hint="What people read when their device asks them."
          />
          <Select
            label="The device checks who holds it"
            value={draft.userVerificationRequirement}
            onValue={(userVerificationRequirement) => set({ userVerificationRequirement })}
            options={verification}
          />
          <Select
            label="Passkeys may be kept in"
            value={draft.authenticatorAttachment}
            onValue={(authenticatorAttachment) => set({ authenticatorAttachment })}
            options={attachments}
          />
          <Select
            label="The passkey knows its user"
            value={draft.residentKey}
            onValue={(residentKey) => set({ residentKey })}
            options={residence}
          />
          <div className="space-y-1">
            <p className="text-sm font-medium">Browsers offer first</p>
            <fieldset className="flex flex-wrap gap-x-4">
              <legend className="sr-only">Browsers offer first</legend>
              {hints.map(({ value, label }) => (
                <Checkbox
                  key={value}
                  label={label}
                  checked={draft.passkeyRegistrationHints.includes(value)}
                  onChecked={(on) =>
                    set({
                      passkeyRegistrationHints: on
                        ? [...draft.passkeyRegistrationHints, value]
                        : draft.passkeyRegistrationHints.filter((one) => one !== value),
                    })
                  }
                />
              ))}
            </fieldset>
          </div>
          <TextArea
            label="Pages that may show a passkey dialog in a frame"
            value={draft.topOrigins}
            onValue={(topOrigins) => set({ topOrigins })}
            rows={2}
            isMono
            hint={`Origins, one on each line. ${wordsOf(draft.topOrigins).length === 0 ? 'None: dialogs in frames are refused.' : ''}`}
          />
          <div className="flex flex-col gap-1 narrow:col-span-2">
            <Checkbox
              label="The last passkey of a user cannot be removed"
              checked={draft.preventRemovingLastPasskey}
              onChecked={(preventRemovingLastPasskey) => set({ preventRemovingLastPasskey })}
            />
            <Checkbox
              label="Another passkey is added only after a passed challenge, whatever the application asks for"
              checked={draft.requireChallengeToAddPasskey}
              onChecked={(requireChallengeToAddPasskey) => set({ requireChallengeToAddPasskey })}
            />
            <Checkbox
              label="For migrations: the first passkey needs only the token of an allowed action"
              checked={draft.allowFirstEnrolmentWithoutScope}
              onChecked={(allowFirstEnrolmentWithoutScope) => set({ allowFirstEnrolmentWithoutScope })}
            />
          </div>
        </fieldset>
        {mayChange && (
          <div className="mt-4 flex flex-wrap gap-2">
            <Button type="submit" look="primary" disabled={Object.keys(changes).length === 0} isBusy={save.isPending}>
              Save
            </Button>
            {Object.keys(changes).length > 0 && <Button onClick={() => setDraft(before)}>Discard</Button>}
            {may('DELETE /authenticator-configurations/{authenticatorId}') && (
              <Button look="danger" className="ml-auto" onClick={() => setRemoving(true)}>
                Remove the method …
              </Button>
            )}
          </div>
        )}
        {save.isError && <Problem what="Nothing was changed" error={save.error} />}
      </form>
      <ConfirmByName
        isOpen={isRemoving}
        onClose={() => setRemoving(false)}
        title="Remove passkeys as a method"
        name="passkeys"
        verb="Remove"
        onConfirm={async () => {
          await api.delete('/authenticator-configurations/{authenticatorId}', { path: { authenticatorId } })
          await client.invalidateQueries({ queryKey: ['authenticator-configurations'] })
          announce('Passkeys are no longer a method.')
        }}
      >
        These settings go away, and challenges cannot be passed. The passkeys of your users are kept, and work again when passkeys are set
        up for the same domain. To stop them for a while, turn them off instead.
      </ConfirmByName>
    </Section>
  )
}
