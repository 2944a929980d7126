import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { TextArea } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { type Tenant, useChangeTenant } from './use-tenant.ts'
import { wordsOf } from './words-of.ts'

/** From where API keys are accepted. */
export function AllowedAddresses({ tenant }: { tenant: Tenant }) {
  const before = tenant.ipWhitelist ?? []
  const { may } = useMe()
  const change = useChangeTenant()
  const [text, setText] = useState(before.join('\n'))
  const ipWhitelist = wordsOf(text)
  const listed = (addresses: string[]) => change({ ipWhitelist: addresses.length === 0 ? null : addresses })
  const save = useMutation({
    mutationFn: () => listed(ipWhitelist),
    onSuccess: () =>
      announce(ipWhitelist.length === 0 ? 'API keys are accepted from everywhere.' : 'API keys are accepted only from there.', () =>
        listed(before),
      ),
  })
  const mayChange = may('PATCH /tenant')
  return (
    <Section title="From where API keys are accepted">
      <form
        className="max-w-xl space-y-3"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <TextArea
          label="Addresses and ranges"
          value={text}
          onValue={setText}
          isMono
          rows={3}
          disabled={!mayChange}
          placeholder="203.0.113.0/24"
          hint="One on each line, a range in CIDR notation. Empty: from everywhere. A list that leaves out your own address is refused."
        />
        {mayChange && (
          <Button type="submit" disabled={ipWhitelist.join(' ') === before.join(' ')} isBusy={save.isPending}>
            Save
          </Button>
        )}
        {save.isError && <Problem what="Nothing was changed" error={save.error} />}
      </form>
    </Section>
  )
}
