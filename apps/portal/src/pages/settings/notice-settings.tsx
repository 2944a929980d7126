import { useMutation } from '@tanstack/react-query'
import { useMe } from '../../api/me.ts'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { Select } from '../../parts/select.tsx'
import { Switch } from '../../parts/switch.tsx'
import { announce } from '../../parts/toast.ts'
import { type Tenant, type TenantChange, useChangeTenant } from './use-tenant.ts'

type Language = NonNullable<Tenant['locale']>

const codes: readonly Language[] = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'ja', 'zh']
const names = new Intl.DisplayNames(['en'], { type: 'language' })
const languages = codes.map((value) => ({ value, label: names.of(value) ?? value }))

/** Whether users hear of what happened to their accounts, and in which language. It takes effect at once. */
export function NoticeSettings({ tenant }: { tenant: Tenant }) {
  const { may } = useMe()
  const changeTenant = useChangeTenant()
  const isTold = tenant.notifyUsers ?? true
  const locale = tenant.locale ?? 'en'
  const change = useMutation({
    mutationFn: ({ members }: { members: TenantChange; words: string; before: TenantChange }) => changeTenant(members),
    onSuccess: (_, { words, before }) => announce(words, () => changeTenant(before)),
  })
  const mayChange = may('PATCH /tenant')
  return (
    <Section title="What users are told">
      <div className="max-w-xl space-y-3">
        <div>
          <Switch
            label="Users are told by mail what happened to their accounts"
            checked={isTold}
            disabled={!mayChange || change.isPending}
            onChecked={(on) =>
              change.mutate({
                members: { notifyUsers: on },
                words: on ? 'Users are told.' : 'Users are told nothing.',
                before: { notifyUsers: isTold },
              })
            }
          />
          <p className="mt-0.5 pl-11 text-xs text-soft">
            Such as a passkey that was added or a recovery that began, with a way to say “this was not me”.
          </p>
        </div>
        <Select
          label="Language of messages to users who have none of their own"
          className="max-w-xs"
          value={locale}
          disabled={!mayChange || change.isPending}
          onValue={(next) => change.mutate({ members: { locale: next }, words: 'The language is changed.', before: { locale } })}
          options={languages}
        />
        {change.isError && <Problem what="Nothing was changed" error={change.error} />}
      </div>
    </Section>
  )
}
