import { useMutation } from '@tanstack/react-query'
import { useMe } from '../../api/me.ts'
import { Problem } from '../../parts/problem.tsx'
import { Switch } from '../../parts/switch.tsx'
import { announce } from '../../parts/toast.ts'
import { type Tenant, useChangeTenant } from './use-tenant.ts'

const switches = [
  {
    name: 'strict',
    label: 'Strict',
    usual: false,
    text: 'A track with an unknown attribute, an undeclared data point or an unknown action is refused instead of warned about.',
  },
  {
    name: 'treatRelayAsAnonymous',
    label: 'Privacy relays count as anonymous',
    usual: false,
    text: 'People with iCloud Private Relay then meet the rules for anonymous addresses.',
  },
  {
    name: 'allowDisablingMfa',
    label: 'Users may remove their last passkey',
    usual: true,
    text: 'Off: a user who has a passkey always keeps one.',
  },
  {
    name: 'allowDeletingUserAuthenticators',
    label: 'Passkeys of users may be removed',
    usual: true,
    text: 'Off: nobody removes any, neither users nor your servers.',
  },
] as const

/** What is on or off, each with what it means. It takes effect at once. */
export function SafetySwitches({ tenant }: { tenant: Tenant }) {
  const { may } = useMe()
  const change = useChangeTenant()
  const turn = useMutation({
    mutationFn: ({ name, on }: { name: (typeof switches)[number]['name']; label: string; on: boolean }) => change({ [name]: on }),
    onSuccess: (_, { name, label, on }) => announce(`${label}: ${on ? 'on' : 'off'}.`, () => change({ [name]: !on })),
  })
  return (
    <>
      <ul className="max-w-3xl border-t">
        {switches.map(({ name, label, usual, text }) => (
          <li key={name} className="border-b py-2.5">
            <Switch
              label={label}
              checked={tenant[name] ?? usual}
              disabled={!may('PATCH /tenant') || turn.isPending}
              onChecked={(on) => turn.mutate({ name, label, on })}
            />
            <p className="mt-0.5 pl-11 text-xs text-soft">{text}</p>
          </li>
        ))}
      </ul>
      {turn.isError && <Problem what="Nothing was changed" error={turn.error} />}
    </>
  )
}
