import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Menu } from '../../parts/menu.tsx'
import { ShownOnce } from '../../parts/shown-once.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { type ApiKey, nameOfKey } from './api-key.ts'
import { ChangeKey } from './change-key.tsx'
import { CreateKey } from './create-key.tsx'
import { Lead } from './lead.tsx'
import { mayManage } from './roles.ts'

/** The API keys: which there are, for what, and with which role. */
export function KeysTab() {
  const { who, may } = useMe()
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['keys'], queryFn: ({ signal }) => api.get('/keys', { signal }) })
  const [isCreating, setCreating] = useState(false)
  const [made, setMade] = useState<{ key: string; name: string }>()
  const [changing, setChanging] = useState<ApiKey>()
  const [revoking, setRevoking] = useState<ApiKey>()
  const columns: Column<ApiKey>[] = [
    {
      id: 'name',
      title: 'Name',
      cell: (key) => (
        <>
          <UserText className={key.name === undefined ? 'text-soft' : 'font-medium'}>{nameOfKey(key)}</UserText>
          <span className="block text-xs text-soft narrow:hidden">{kindOf(key)}</span>
        </>
      ),
    },
    { id: 'kind', title: 'For', width: '17rem', isWideOnly: true, cell: kindOf },
    { id: 'id', title: 'Id', width: '10rem', isWideOnly: true, cell: ({ keyId }) => <CopyId id={keyId} label="the key id" /> },
    { id: 'made', title: 'Made', width: '8rem', narrowWidth: '6rem', cell: ({ createdAt }) => <Time at={createdAt} look="relative" /> },
    {
      id: 'used',
      title: 'Last used',
      width: '8rem',
      isWideOnly: true,
      cell: ({ kind, lastUsedAt }) => {
        if (lastUsedAt !== undefined) return <Time at={lastUsedAt} look="relative" />
        return kind === 'management' ? 'none noted' : '–'
      },
    },
    {
      id: 'changes',
      title: 'Changes made with it',
      width: '10rem',
      isWideOnly: true,
      cell: ({ keyId, kind }) =>
        kind === 'management' ? (
          <Link href={`/audit?actor=${encodeURIComponent(keyId)}`} className="text-accent hover:underline">
            Audit log
          </Link>
        ) : (
          '–'
        ),
    },
    {
      id: 'do',
      title: 'What can be done',
      isTitleHidden: true,
      width: '3rem',
      narrowWidth: '3rem',
      align: 'end',
      cell: (key) =>
        may('PATCH /keys/{keyId}') &&
        key.isExpired !== true &&
        (key.role === undefined || mayManage(who.role, key.role)) && (
          <Menu
            trigger={<IconButton icon="more" label={`What can be done with ${nameOfKey(key)}`} isSmall />}
            groups={[
              [{ label: key.role === undefined ? 'Rename …' : 'Rename, or change the role …', onChoose: () => setChanging(key) }],
              [{ label: 'Revoke …', isDanger: true, onChoose: () => setRevoking(key) }],
            ]}
          />
        ),
    },
  ]
  return (
    <Loaded query={query} what="the keys">
      {(keys) => (
        <>
          <div className="flex flex-wrap items-start gap-2">
            <div className="min-w-0 flex-1 basis-72">
              <Lead>{sentenceOf(keys)}</Lead>
            </div>
            {may('POST /keys') && (
              <Button look="primary" icon="plus" onClick={() => setCreating(true)}>
                Create a key
              </Button>
            )}
          </div>
          <Table label="API keys" rows={keys} rowId={({ keyId }) => keyId} columns={columns} />
          <CreateKey isOpen={isCreating} onClose={() => setCreating(false)} onMade={setMade} />
          <ShownOnce secret={made?.key} title="Your new key" what="the key" onClose={() => setMade(undefined)}>
            <UserText className="font-medium">{made?.name ?? ''}</UserText> works from now on. Keep it where your server reads its secrets:
            it is not shown again.
          </ShownOnce>
          {changing && <ChangeKey key={changing.keyId} apiKey={changing} onClose={() => setChanging(undefined)} />}
          {revoking && (
            <ConfirmByName
              isOpen
              onClose={() => setRevoking(undefined)}
              title="Revoke the key"
              name={nameOfKey(revoking)}
              verb="Revoke"
              onConfirm={async () => {
                await api.delete('/keys/{keyId}', { path: { keyId: revoking.keyId } })
                await client.invalidateQueries({ queryKey: ['keys'] })
                announce(`${nameOfKey(revoking)} is revoked.`)
              }}
            >
              Whatever uses the key is refused from now on
              {revoking.kind === 'secret' &&
                ', and so is every token that it signed: challenges that wait for an answer have to be tracked again'}
              . A revoked key does not come back.
            </ConfirmByName>
          )}
        </>
      )}
    </Loaded>
  )
}

function kindOf({ kind, role, expiresAt, isExpired }: ApiKey) {
  return (
    <>
      {kind === 'secret' ? 'your servers (secret key)' : `management, as ${role}`}
      {expiresAt !== undefined && (
        <span className="text-challenge">
          , {isExpired === true ? 'expired' : 'ends'} <Time at={expiresAt} look="relative" />
        </span>
      )}
    </>
  )
}

function sentenceOf(keys: readonly ApiKey[]): string {
  const inForce = keys.filter(({ isExpired }) => isExpired !== true)
  const secret = inForce.filter(({ kind }) => kind === 'secret').length
  const management = inForce.length - secret
  const count = (number: number, one: string) => `${number === 0 ? 'No' : number} ${one}${number === 1 ? '' : 's'}`
  return `${count(secret, 'secret key')} for your servers, and ${count(management, 'management key').toLowerCase()} for scripts. What a management key changed is on the audit log; one that nobody uses can go.`
}
