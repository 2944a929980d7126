import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Menu } from '../../parts/menu.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { typeable } from '../../parts/visible-text.ts'
import { ClientDialog } from './app-clients/client-dialog.tsx'
import { type AppClient, minutesWords } from './app-clients/client-draft.ts'
import { SigningKeys } from './app-clients/signing-keys.tsx'
import { TokenAlgorithm } from './app-clients/token-algorithm.tsx'
import { Lead } from './lead.tsx'

/** The applications that users have sessions with, and the keys that sign their tokens. */
export function AppClientsTab() {
  const { may } = useMe()
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['app-clients'], queryFn: ({ signal }) => api.get('/app-clients', { signal }) })
  const [open, setOpen] = useState<{ what: 'create' } | { what: 'change' | 'remove'; client: AppClient }>()
  const close = () => setOpen(undefined)
  const columns: Column<AppClient>[] = [
    {
      id: 'name',
      title: 'Application',
      cell: ({ name }) => <UserText className="font-medium">{name}</UserText>,
    },
    {
      id: 'id',
      title: 'Client id',
      width: '11rem',
      isWideOnly: true,
      cell: ({ clientId }) => <CopyId id={clientId} label="the client id" />,
    },
    {
      id: 'access',
      title: 'Access token',
      width: '8rem',
      isWideOnly: true,
      cell: ({ accessTokenDurationInMinutes }) => minutesWords(accessTokenDurationInMinutes),
    },
    {
      id: 'rest',
      title: 'May rest',
      width: '7rem',
      isWideOnly: true,
      cell: ({ refreshTokenDurationInMinutes }) => minutesWords(refreshTokenDurationInMinutes),
    },
    {
      id: 'session',
      title: 'Session lasts',
      width: '8rem',
      narrowWidth: '6.5rem',
      cell: ({ sessionDurationInMinutes }) => minutesWords(sessionDurationInMinutes),
    },
    {
      id: 'do',
      title: 'What can be done',
      isTitleHidden: true,
      width: '3rem',
      narrowWidth: '3rem',
      align: 'end',
      cell: (one) =>
        may('PATCH /app-clients/{clientId}') && (
          <Menu
            trigger={<IconButton icon="more" label={`What can be done with ${typeable(one.name)}`} isSmall />}
            groups={[
              [{ label: 'Change …', onChoose: () => setOpen({ what: 'change', client: one }) }],
              [{ label: 'Remove …', isDanger: true, onChoose: () => setOpen({ what: 'remove', client: one }) }],
            ]}
          />
        ),
    },
  ]
  return (
    <>
      <Loaded query={query} what="the app clients">
        {(clients) => (
          <>
            <div className="flex flex-wrap items-start gap-2">
              <div className="min-w-0 flex-1 basis-72">
                <Lead>{describeClients(clients.length)} A client id is no secret: your server opens a session with its secret key.</Lead>
              </div>
              {may('POST /app-clients') && (
                <Button look="primary" icon="plus" onClick={() => setOpen({ what: 'create' })}>
                  Create an app client
                </Button>
              )}
            </div>
            {clients.length > 0 && <Table label="App clients" rows={clients} rowId={({ clientId }) => clientId} columns={columns} />}
          </>
        )}
      </Loaded>
      <TokenAlgorithm />
      {may('GET /signing-keys') && <SigningKeys />}
      {open?.what === 'create' && <ClientDialog client={undefined} onClose={close} />}
      {open?.what === 'change' && <ClientDialog key={open.client.clientId} client={open.client} onClose={close} />}
      {open?.what === 'remove' && (
        <ConfirmByName
          isOpen
          onClose={close}
          title="Remove the app client"
          name={typeable(open.client.name)}
          verb="Remove"
          onConfirm={async () => {
            const { clientId } = open.client
            await api.delete('/app-clients/{clientId}', { path: { clientId } })
            await client.invalidateQueries({ queryKey: ['app-clients'] })
            announce(`${typeable(open.client.name)} is removed.`)
          }}
        >
          Every session that its users have ends at once, and no new one is opened. A removed client does not come back.
        </ConfirmByName>
      )}
    </>
  )
}

function describeClients(count: number): string {
  if (count === 0) return 'No application opens sessions here: validating a challenge is all that yours does.'
  return `${count === 1 ? '1 application opens' : `${count.toLocaleString('en')} applications open`} sessions for users who passed a challenge.`
}
