import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { IconButton } from '../../parts/button.tsx'
import { Empty } from '../../parts/empty.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { methodTitle } from '../../parts/method-words.ts'
import { type Column, Table } from '../../parts/table.tsx'
import { TextField } from '../../parts/text-field.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { typeable } from '../../parts/visible-text.ts'
import { type Authenticator, authenticatorName, keptWords, providerOf } from './describe-authenticator.ts'
import { ReasonDialog } from './reason-dialog.tsx'
import { Day } from './usual-marks.tsx'

type Open = { what: 'rename' | 'remove'; authenticator: Authenticator } | undefined

/** What a user can answer a challenge with. */
export function Authenticators({ userId }: { userId: string }) {
  const { may } = useMe()
  const client = useQueryClient()
  const [open, setOpen] = useState<Open>()
  const query = useQuery({
    queryKey: ['user', userId, 'authenticators'],
    queryFn: ({ signal }) => api.get('/users/{userId}/authenticators', { path: { userId }, signal }),
  })
  const changed = () => client.invalidateQueries({ queryKey: ['user', userId] })
  const path = (userAuthenticatorId: string) => ({ path: { userId, userAuthenticatorId } })
  const rename = (id: string, name: string | null) =>
    api.patch('/users/{userId}/authenticators/{userAuthenticatorId}', { ...path(id), body: { name } }).then(changed)
  const mayRename = may('PATCH /users/{userId}/authenticators/{userAuthenticatorId}')
  const mayRemove = may('DELETE /users/{userId}/authenticators/{userAuthenticatorId}')
  const columns: Column<Authenticator>[] = [
    {
      id: 'name',
      title: 'Name',
      cell: (authenticator) => (
        <span>
          <UserText className="font-medium">{authenticatorName(authenticator)}</UserText>
          <span className="block text-xs text-soft narrow:hidden">
            {[methodTitle(authenticator.verificationMethod), keptWords(authenticator)].filter((part) => part !== undefined).join(', ')}
          </span>
        </span>
      ),
    },
    {
      id: 'method',
      title: 'Method',
      width: '9rem',
      isWideOnly: true,
      cell: ({ verificationMethod }) => methodTitle(verificationMethod),
    },
    { id: 'provider', title: 'Provider', isWideOnly: true, cell: (one) => <UserText>{providerOf(one) ?? '–'}</UserText> },
    { id: 'kept', title: 'Kept', width: '10rem', isWideOnly: true, cell: (one) => keptWords(one) ?? '–' },
    { id: 'created', title: 'Created', width: '8rem', isWideOnly: true, cell: ({ createdAt }) => <Day at={createdAt} /> },
    {
      id: 'used',
      title: 'Last used',
      width: '8rem',
      narrowWidth: '6.5rem',
      cell: ({ lastVerifiedAt }) => (lastVerifiedAt === undefined ? 'never' : <Time at={lastVerifiedAt} look="relative" />),
    },
    ...(mayRename || mayRemove
      ? [
          {
            id: 'do',
            title: 'Change',
            isTitleHidden: true,
            width: '4.5rem',
            narrowWidth: '4rem',
            align: 'end' as const,
            cell: (authenticator: Authenticator) => {
              const name = typeable(authenticatorName(authenticator))
              return (
                <span className="whitespace-nowrap">
                  {mayRename && (
                    <IconButton icon="edit" label={`Rename ${name}`} isSmall onClick={() => setOpen({ what: 'rename', authenticator })} />
                  )}
                  {mayRemove && (
                    <IconButton icon="trash" label={`Remove ${name}`} isSmall onClick={() => setOpen({ what: 'remove', authenticator })} />
                  )}
                </span>
              )
            },
          },
        ]
      : []),
  ]
  const { authenticator } = open ?? {}
  return (
    <Loaded query={query} what="the authenticators" lines={2}>
      {(authenticators) => (
        <>
          {authenticators.length === 0 ? (
            <Empty title="The user is not enrolled.">
              There is nothing to challenge them with. They enroll in your application, when a challenge asks for it or when they add a
              passkey.
            </Empty>
          ) : (
            <Table label="Authenticators" rows={authenticators} rowId={(one) => one.userAuthenticatorId} columns={columns} />
          )}
          {authenticator && (
            <Rename
              key={authenticator.userAuthenticatorId}
              isOpen={open?.what === 'rename'}
              authenticator={authenticator}
              onClose={() => setOpen(undefined)}
              onRename={(name) => rename(authenticator.userAuthenticatorId, name)}
            />
          )}
          <ReasonDialog
            isOpen={open?.what === 'remove'}
            onClose={() => setOpen(undefined)}
            title="Remove the authenticator"
            verb="Remove"
            failure="The authenticator was not removed"
            onConfirm={async (reason) => {
              if (authenticator === undefined) return
              await api.delete('/users/{userId}/authenticators/{userAuthenticatorId}', {
                ...path(authenticator.userAuthenticatorId),
                query: { reason },
              })
              await changed()
              announce(`${typeable(authenticatorName(authenticator))} is removed.`)
            }}
          >
            {authenticator && <UserText className="font-semibold">{authenticatorName(authenticator)}</UserText>} answers no challenge of
            this user any more. {authenticators.length === 1 && 'It is their only one: they have to enroll again. '}This cannot be undone.
          </ReasonDialog>
        </>
      )}
    </Loaded>
  )
}

function Rename({
  isOpen,
  authenticator,
  onClose,
  onRename,
}: {
  isOpen: boolean
  authenticator: Authenticator
  onClose: () => void
  onRename: (name: string | null) => Promise<unknown>
}) {
  const [typed, setTyped] = useState(authenticator.name ?? '')
  const wanted = typed.trim() === '' ? null : typed.trim()
  const before = authenticator.name ?? null
  const rename = useMutation({
    mutationFn: () => onRename(wanted),
    onSuccess: () => {
      announce(wanted === null ? 'It has the name of its model again.' : 'The authenticator is renamed.', () => onRename(before))
      onClose()
    },
  })
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title="Rename the authenticator"
      verb="Rename"
      isReady={wanted !== before}
      isBusy={rename.isPending}
      onSubmit={() => rename.mutate()}
      error={rename.error}
      failure="The authenticator was not renamed"
    >
      <TextField
        label="Name"
        value={typed}
        onValue={setTyped}
        maxLength={64}
        hint="For people: rules go on reading the name of the model. Leave it empty to show that again."
      />
    </FormDialog>
  )
}
