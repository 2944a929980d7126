import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { addPasskey } from '../../api/add-passkey.ts'
import { type Answer, api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { ShownOnce } from '../../parts/shown-once.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { codesLeft } from './codes-left.ts'
import { Lead } from './lead.tsx'
import { OwnAddress } from './own-address.tsx'
import { Sessions } from './sessions.tsx'

/** What belongs to the person who is signed in: how they get in, and where they are signed in. */
export function AccountTab() {
  const { who } = useMe()
  return (
    <>
      <Lead>
        You are <UserText className="font-medium">{who.name ?? ''}</UserText>, {who.role} of{' '}
        <UserText className="font-medium">{who.tenantName}</UserText>.{' '}
        {who.provenAt !== undefined && (
          <>
            You last used your passkey <Time at={who.provenAt} look="relative" />.
          </>
        )}
      </Lead>
      <Passkeys />
      <OwnAddress email={who.email} />
      <RecoveryCodes left={who.recoveryCodesLeft ?? 0} />
      <Sessions />
    </>
  )
}

type Passkey = Answer<'get', '/session/passkeys'>['passkeys'][number]

function nameOf({ name }: Passkey): string {
  return name ?? 'Passkey'
}

function Passkeys() {
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['own-passkeys'], queryFn: ({ signal }) => api.get('/session/passkeys', { signal }) })
  const [removing, setRemoving] = useState<Passkey>()
  const changed = () => client.invalidateQueries({ queryKey: ['own-passkeys'] })
  const add = useMutation({
    mutationFn: addPasskey,
    onSuccess: () => {
      announce('The passkey is added.')
      return changed()
    },
  })
  const columns = (count: number): Column<Passkey>[] => [
    { id: 'name', title: 'Kept in', cell: (passkey) => <UserText className="font-medium">{nameOf(passkey)}</UserText> },
    {
      id: 'synced',
      title: 'Where',
      width: '14rem',
      isWideOnly: true,
      cell: ({ isSynced }) => (isSynced ? 'on all devices of the account' : 'on one device'),
    },
    { id: 'made', title: 'Made', width: '8rem', narrowWidth: '6rem', cell: ({ createdAt }) => <Time at={createdAt} look="relative" /> },
    {
      id: 'used',
      title: 'Last used',
      width: '8rem',
      isWideOnly: true,
      cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? 'never' : <Time at={lastUsedAt} look="relative" />),
    },
    {
      id: 'do',
      title: 'What can be done',
      isTitleHidden: true,
      width: '6rem',
      narrowWidth: '5rem',
      align: 'end',
      cell: (passkey) =>
        count > 1 && (
          <Button
            look="quiet"
            className="h-6 px-2 text-xs text-block"
            aria-label={`Remove the passkey in ${nameOf(passkey)}`}
            onClick={() => setRemoving(passkey)}
          >
            Remove
          </Button>
        ),
    },
  ]
  return (
    <Section
      title="Your passkeys"
      aside={
        <Button icon="plus" isBusy={add.isPending} onClick={() => add.mutate()}>
          Add a passkey
        </Button>
      }
    >
      {add.isError && <Problem what="No passkey was added" error={add.error} />}
      <Loaded query={query} what="your passkeys" lines={2}>
        {({ passkeys }) => (
          <>
            <Table label="Your passkeys" rows={passkeys} rowId={({ passkeyId }) => passkeyId} columns={columns(passkeys.length)} />
            {passkeys.length === 1 && (
              <p className="mt-2 text-xs text-soft">Your only one cannot be removed. A second, on another device, is your spare key.</p>
            )}
          </>
        )}
      </Loaded>
      {removing && (
        <ConfirmByName
          isOpen
          onClose={() => setRemoving(undefined)}
          title="Remove the passkey"
          name={nameOf(removing)}
          verb="Remove"
          onConfirm={async () => {
            await api.delete('/session/passkeys/{passkeyId}', { path: { passkeyId: removing.passkeyId } })
            await changed()
            announce('The passkey is removed.')
          }}
        >
          The passkey made <Time at={removing.createdAt} look="exact" /> no longer signs you in. Your device still lists it; remove it there
          too.
        </ConfirmByName>
      )}
    </Section>
  )
}

function RecoveryCodes({ left }: { left: number }) {
  const client = useQueryClient()
  const [codes, setCodes] = useState<readonly string[]>()
  const make = useMutation({
    mutationFn: () => api.post('/session/recovery-codes'),
    onSuccess: ({ recoveryCodes }) => {
      setCodes(recoveryCodes)
      return client.invalidateQueries({ queryKey: ['session'] })
    },
    gcTime: 0,
  })
  return (
    <Section
      title="Recovery codes"
      aside={
        <Button isBusy={make.isPending} onClick={() => make.mutate()}>
          Make new codes
        </Button>
      }
    >
      <p className="text-sm">{codesLeft(left)}</p>
      {make.isError && <Problem what="No codes were made" error={make.error} />}
      <ShownOnce secret={codes?.join('\n')} title="Your new recovery codes" what="the recovery codes" onClose={() => setCodes(undefined)}>
        Keep them where your passkey is not. Each lets you create a new passkey, once. All earlier codes have ended.
      </ShownOnce>
    </Section>
  )
}
