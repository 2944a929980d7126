import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { ConfirmByName } from '../../parts/confirm-by-name.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Menu } from '../../parts/menu.tsx'
import { ShownOnce } from '../../parts/shown-once.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { type Admin, ChangeAdmin } from './change-admin.tsx'
import { Invitations } from './invitations.tsx'
import { type Invitation, InviteAdmin } from './invite-admin.tsx'
import { Lead } from './lead.tsx'
import { MailedInvitation } from './mailed-invitation.tsx'
import { mayManage } from './roles.ts'

/** The people who sign in to this portal, and who is invited. */
export function AdminsTab() {
  const { who, may } = useMe()
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['admins'], queryFn: ({ signal }) => api.get('/admins', { signal }) })
  const [isInviting, setInviting] = useState(false)
  const [made, setMade] = useState<Invitation>()
  const [changing, setChanging] = useState<Admin>()
  const [removing, setRemoving] = useState<Admin>()
  const columns: Column<Admin>[] = [
    {
      id: 'name',
      title: 'Name',
      cell: ({ name, adminId }) => (
        <>
          <UserText className="font-medium">{name}</UserText>
          {adminId === who.adminId && <span className="text-soft"> (you)</span>}
        </>
      ),
    },
    {
      id: 'email',
      title: 'Mail address',
      width: '16rem',
      isWideOnly: true,
      cell: ({ email }) => (email === undefined ? <span className="text-soft">none</span> : <UserText>{email}</UserText>),
    },
    { id: 'role', title: 'Role', width: '8rem', narrowWidth: '5rem', cell: ({ role }) => role },
    { id: 'since', title: 'Since', width: '9rem', isWideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} look="relative" /> },
    {
      id: 'seen',
      title: 'Last seen',
      width: '9rem',
      narrowWidth: '6rem',
      cell: ({ lastSeenAt }) => (lastSeenAt === undefined ? 'not yet' : <Time at={lastSeenAt} look="relative" />),
    },
    {
      id: 'do',
      title: 'What can be done',
      isTitleHidden: true,
      width: '3rem',
      narrowWidth: '3rem',
      align: 'end',
      cell: (admin) =>
        may('PATCH /admins/{adminId}') &&
        mayManage(who.role, admin.role) && (
          <Menu
            trigger={<IconButton icon="more" label={`What can be done with ${admin.name}`} isSmall />}
            groups={[
              [{ label: 'Rename, or change the role …', onChoose: () => setChanging(admin) }],
              admin.adminId === who.adminId ? [] : [{ label: 'Remove …', isDanger: true, onChoose: () => setRemoving(admin) }],
            ]}
          />
        ),
    },
  ]
  return (
    <Loaded query={query} what="the people">
      {({ admins }) => (
        <>
          <div className="flex flex-wrap items-start gap-2">
            <div className="min-w-0 flex-1 basis-72">
              <Lead>{sentenceOf(admins)}</Lead>
            </div>
            {may('POST /admins') && (
              <Button look="primary" icon="plus" onClick={() => setInviting(true)}>
                Invite somebody
              </Button>
            )}
          </div>
          <Table label="People" rows={admins} rowId={({ adminId }) => adminId} columns={columns} />
          {may('GET /admin-invitations') && <Invitations />}
          <InviteAdmin isOpen={isInviting} onClose={() => setInviting(false)} onMade={setMade} />
          <ShownOnce secret={made?.url} title="The link" what="the link" onClose={() => setMade(undefined)}>
            {made && (
              <>
                For {made.name === undefined ? 'whoever opens it' : <UserText className="font-medium">{made.name}</UserText>}, as{' '}
                {made.role}. Good once, until <Time at={made.expiresAt} look="exact" />. Give it to that person alone: whoever opens it gets
                in.
              </>
            )}
          </ShownOnce>
          <MailedInvitation made={made} onClose={() => setMade(undefined)} />
          {changing && <ChangeAdmin key={changing.adminId} admin={changing} onClose={() => setChanging(undefined)} />}
          {removing && (
            <ConfirmByName
              isOpen
              onClose={() => setRemoving(undefined)}
              title="Remove the person"
              name={removing.name}
              verb="Remove"
              onConfirm={async () => {
                await api.delete('/admins/{adminId}', { path: { adminId: removing.adminId } })
                await Promise.all(['admins', 'sessions', 'admin-invitations'].map((key) => client.invalidateQueries({ queryKey: [key] })))
                announce(`${removing.name} is removed.`)
              }}
            >
              Passkeys, recovery codes and sessions of <UserText className="font-medium">{removing.name}</UserText> end at once, and so do
              open invitations that the person made. What the person did stays on the audit log.
            </ConfirmByName>
          )}
        </>
      )}
    </Loaded>
  )
}

function sentenceOf(admins: readonly Admin[]): string {
  const owners = admins.filter(({ role }) => role === 'owner').length
  if (admins.length === 1) return 'You are the only one who gets in. Invite a second owner, so that a lost passkey locks nobody out.'
  return `${admins.length} people sign in with a passkey, ${owners} of them ${owners === 1 ? 'an owner' : 'owners'}.${owners === 1 ? ' A second owner makes sure that a lost passkey locks nobody out.' : ''}`
}
