import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Answer, api } from '../../api/api.ts'
import { Button } from '../../parts/button.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'

type Open = Answer<'get', '/admin-invitations'>['invitations'][number]

/** Links that were made and not used yet. */
export function Invitations() {
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['admin-invitations'], queryFn: ({ signal }) => api.get('/admin-invitations', { signal }) })
  const revoke = useMutation({
    mutationFn: ({ invitationId }: Open) => api.delete('/admin-invitations/{invitationId}', { path: { invitationId } }),
    onSuccess: () => {
      announce('The link no longer lets anybody in.')
      return client.invalidateQueries({ queryKey: ['admin-invitations'] })
    },
  })
  const columns: Column<Open>[] = [
    { id: 'name', title: 'For', cell: ({ name, email }) => <UserText>{name ?? email ?? 'whoever opens it'}</UserText> },
    { id: 'role', title: 'Role', width: '8rem', narrowWidth: '4.5rem', cell: ({ role }) => role },
    {
      id: 'by',
      title: 'Made by',
      width: '12rem',
      isWideOnly: true,
      cell: ({ madeBy }) => <UserText>{madeBy.name ?? madeBy.kind.replaceAll('_', ' ')}</UserText>,
    },
    { id: 'end', title: 'Ends', width: '11rem', narrowWidth: '5.5rem', cell: ({ expiresAt }) => <Time at={expiresAt} /> },
    {
      id: 'do',
      title: 'What can be done',
      isTitleHidden: true,
      width: '6rem',
      narrowWidth: '5rem',
      align: 'end',
      cell: (one) => (
        <Button
          look="quiet"
          className="h-6 px-2 text-xs text-block"
          aria-label={`Revoke the link for ${one.name ?? one.role}`}
          isBusy={revoke.isPending && revoke.variables.invitationId === one.invitationId}
          onClick={() => revoke.mutate(one)}
        >
          Revoke
        </Button>
      ),
    },
  ]
  return (
    <Loaded query={query} what="the open invitations" lines={1}>
      {({ invitations }) =>
        invitations.length > 0 && (
          <Section title="Open invitations">
            {revoke.isError && <Problem what="The link was not revoked" error={revoke.error} />}
            <Table label="Open invitations" rows={invitations} rowId={({ invitationId }) => invitationId} columns={columns} />
          </Section>
        )
      }
    </Loaded>
  )
}
