import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { Lead } from './lead.tsx'
import { RelyingParty } from './relying-party.tsx'
import { type Tenant, useChangeTenant, useTenant } from './use-tenant.ts'

/** The tenant's name and ids, and where its passkeys work. */
export function TenantTab() {
  const tenant = useTenant()
  return (
    <Loaded query={tenant} what="the tenant">
      {(data) => (
        <>
          <Lead>
            This is the tenant <UserText className="font-medium">{data.name}</UserText>. Your applications name it by its id, and reach it
            at the address of the API.
          </Lead>
          <Facts
            facts={[
              ['Tenant id', <CopyId key="id" id={data.tenantId} label="the tenant id" />],
              ['API address', <CopyId key="url" id={`${window.location.origin}/v1`} label="the API address" />],
            ]}
          />
          <Name key={data.name} tenant={data} />
          <RelyingParty />
        </>
      )}
    </Loaded>
  )
}

function Name({ tenant: { name } }: { tenant: Tenant }) {
  const { may } = useMe()
  const change = useChangeTenant()
  const [typed, setTyped] = useState(name)
  const rename = useMutation({
    mutationFn: () => change({ name: typed.trim() }),
    onSuccess: () => announce('The tenant is renamed.', () => change({ name })),
  })
  if (!may('PATCH /tenant')) return null
  const isNew = typed.trim() !== '' && typed.trim() !== name
  return (
    <Section title="Name">
      <form
        className="flex max-w-xl flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          if (isNew) rename.mutate()
        }}
      >
        <TextField label="Shown in the portal" value={typed} onValue={setTyped} maxLength={256} className="flex-1 basis-56" />
        <Button type="submit" disabled={!isNew} isBusy={rename.isPending}>
          Rename
        </Button>
      </form>
      {rename.isError && <Problem what="The tenant was not renamed" error={rename.error} />}
    </Section>
  )
}
