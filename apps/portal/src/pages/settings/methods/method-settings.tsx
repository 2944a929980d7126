import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../../../api/me.ts'
import { Button } from '../../../parts/button.tsx'
import { ConfirmByName } from '../../../parts/confirm-by-name.tsx'
import { methodTitle } from '../../../parts/method-words.ts'
import { Problem } from '../../../parts/problem.tsx'
import { Section } from '../../../parts/section.tsx'
import { Switch } from '../../../parts/switch.tsx'
import { announce } from '../../../parts/toast.ts'
import type { Configuration } from '../use-configurations.ts'
import { changesOf, type Draft, draftOf, isShown } from './method-draft.ts'
import { readSettings } from './read-setting.ts'
import { SettingField } from './setting-field.tsx'
import { useChangeMethod } from './use-change-method.ts'
import type { Method } from './use-methods.ts'

/** Everything that a tenant can set for a method, as the server describes it. `begin`: what the form of a method that is not set up begins with. */
export function MethodSettings({
  method,
  configuration,
  begin = {},
}: {
  method: Method
  configuration: Configuration | undefined
  begin?: Record<string, unknown>
}) {
  const { may } = useMe()
  const { change, remove } = useChangeMethod(method)
  const title = methodTitle(method.verificationMethod)
  const settings = readSettings(method.settings)
  const before = draftOf(settings, configuration)
  const [draft, setDraft] = useState<Draft>(() => draftOf(settings, configuration ?? begin))
  const [isRemoving, setRemoving] = useState(false)
  const isNew = configuration === undefined
  const mayChange = may('PATCH /authenticator-configurations/{authenticatorId}')
  const changes = changesOf(settings, before, draft)
  const isChanged = Object.keys(changes).length > 0
  const save = useMutation({
    mutationFn: () => change(changes),
    onSuccess: (changed) => {
      setDraft(draftOf(settings, changed))
      // A secret that was replaced does not come back.
      const canUndo = !isNew && !settings.some(({ name, kind }) => kind === 'group' && name in changes)
      announce(isNew ? `${title}: set up.` : `${title}: saved.`, canUndo ? () => change(changesOf(settings, draft, before)) : undefined)
    },
    // The form may have held a secret.
    gcTime: 0,
  })
  const turn = useMutation({
    mutationFn: (isActive: boolean) => change({ isActive }),
    onSuccess: (_, on) => announce(`${title}: ${on ? 'on' : 'off'}.`, () => change({ isActive: !on })),
  })
  const shown = settings.filter(({ name }) => isShown(name, draft))
  const field = (setting: (typeof settings)[number]) => (
    <SettingField
      key={setting.name}
      setting={setting}
      value={draft[setting.name]}
      onValue={(value) => setDraft({ ...draft, [setting.name]: value })}
      isDisabled={!mayChange}
      isKept={configuration !== undefined && configuration[setting.name as keyof Configuration] != null}
    />
  )
  return (
    <Section
      title={isNew ? 'Set it up' : 'Settings'}
      aside={
        configuration && (
          <Switch
            label="In use"
            checked={configuration.isActive}
            disabled={!mayChange || turn.isPending}
            onChecked={(on) => turn.mutate(on)}
          />
        )
      }
    >
      {turn.isError && <Problem what="Nothing was changed" error={turn.error} />}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <fieldset disabled={!mayChange} className="grid max-w-5xl items-start gap-x-8 gap-y-4 narrow:grid-cols-2">
          <legend className="sr-only">Settings of the method</legend>
          {shown.filter(({ kind }) => kind !== 'flag').map(field)}
          <div className="flex flex-col gap-1 narrow:col-span-2">{shown.filter(({ kind }) => kind === 'flag').map(field)}</div>
        </fieldset>
        {mayChange && (
          <div className="mt-4 flex flex-wrap gap-2">
            <Button type="submit" look="primary" disabled={!isNew && !isChanged} isBusy={save.isPending}>
              {isNew ? 'Set it up' : 'Save'}
            </Button>
            {!isNew && isChanged && <Button onClick={() => setDraft(before)}>Discard</Button>}
            {!isNew && may('DELETE /authenticator-configurations/{authenticatorId}') && (
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
        title={`Remove the method: ${title}`}
        name={title}
        verb="Remove"
        onConfirm={async () => {
          await remove()
          announce(`${title} is no longer a method.`)
        }}
      >
        These settings go away, with every secret among them, and nobody passes a challenge with this method. The authenticators of your
        users are kept, and work again when the method is set up again. To stop it for a while, turn it off instead.
      </ConfirmByName>
    </Section>
  )
}
