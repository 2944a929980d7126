import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMe } from '../../../api/me.ts'
import { Loaded } from '../../../parts/loaded.tsx'
import { Problem } from '../../../parts/problem.tsx'
import { Section } from '../../../parts/section.tsx'
import { Switch } from '../../../parts/switch.tsx'
import { announce } from '../../../parts/toast.ts'
import { useChangeTenant, useTenant } from '../use-tenant.ts'

const rules = [
  {
    name: 'disableRecoveryCodes',
    label: 'Recovery codes exist',
    text: 'Off: none are made, and those that users have are not accepted.',
  },
  {
    name: 'skipRecoveryCodesOnProgrammaticEnrollment',
    label: 'They come with the first authenticator that your server enrols',
    text: 'Ten codes are in the reply, to show once. Off: a user gets codes by asking for them in the browser.',
  },
] as const

/** When users get recovery codes. Both settings of the tenant say what is left out, so both are turned around here. */
export function RecoveryRules() {
  const { may } = useMe()
  const query = useTenant()
  const changeTenant = useChangeTenant()
  const client = useQueryClient()
  const change = async (members: Parameters<typeof changeTenant>[0]) => {
    await changeTenant(members)
    await client.invalidateQueries({ queryKey: ['authenticator-configurations'] })
  }
  const turn = useMutation({
    mutationFn: ({ name, on }: { name: (typeof rules)[number]['name']; label: string; on: boolean }) => change({ [name]: !on }),
    onSuccess: (_, { name, label, on }) => announce(`${label}: ${on ? 'yes' : 'no'}.`, () => change({ [name]: on })),
  })
  return (
    <Section title="When users get them">
      <Loaded query={query} what="the rules" lines={2}>
        {(tenant) => (
          <ul className="max-w-3xl border-t">
            {rules.map(({ name, label, text }) => (
              <li key={name} className="border-b py-2.5">
                <Switch
                  label={label}
                  checked={tenant[name] !== true}
                  disabled={!may('PATCH /tenant') || turn.isPending}
                  onChecked={(on) => turn.mutate({ name, label, on })}
                />
                <p className="mt-0.5 pl-11 text-xs text-soft">{text}</p>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {turn.isError && <Problem what="Nothing was changed" error={turn.error} />}
    </Section>
  )
}
