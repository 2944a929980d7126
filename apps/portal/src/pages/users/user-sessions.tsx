import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'wouter'
import { type Answer, api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { methodTitle } from '../../parts/method-words.ts'
import { Problem } from '../../parts/problem.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { receiptHref } from '../../url/event-id.ts'

type Session = Answer<'get', '/users/{userId}/sessions'>[number]

/** Where the user is signed in now; each session can be ended. */
export function UserSessions({ userId }: { userId: string }) {
  const { may } = useMe()
  const client = useQueryClient()
  const query = useQuery({
    queryKey: ['user', userId, 'sessions'],
    queryFn: ({ signal }) => api.get('/users/{userId}/sessions', { path: { userId }, signal }),
  })
  const end = useMutation({
    mutationFn: (sessionId: string | undefined) =>
      sessionId === undefined
        ? api.delete('/users/{userId}/sessions', { path: { userId } })
        : api.delete('/users/{userId}/sessions/{sessionId}', { path: { userId, sessionId } }),
    onSuccess: async (_, sessionId) => {
      announce(sessionId === undefined ? 'All sessions of the user are ended.' : 'The session is ended.')
      await client.invalidateQueries({ queryKey: ['user', userId, 'sessions'] })
    },
  })
  const columns: Column<Session>[] = [
    {
      id: 'client',
      title: 'Application',
      cell: ({ clientName }) => <UserText className="font-medium">{clientName}</UserText>,
    },
    {
      id: 'opened',
      title: 'Opened',
      width: '16rem',
      isWideOnly: true,
      cell: ({ createdAt, action, idempotencyKey, verificationMethod }) => (
        <Link href={receiptHref({ userId, action, idempotencyKey })} className="text-accent hover:underline">
          {verificationMethod && `${methodTitle(verificationMethod)}, `}
          <Time at={createdAt} look="relative" />
        </Link>
      ),
    },
    {
      id: 'refreshed',
      title: 'Last refreshed',
      width: '10rem',
      isWideOnly: true,
      cell: ({ refreshedAt }) => <Time at={refreshedAt} look="relative" />,
    },
    { id: 'ends', title: 'Ends', width: '10rem', narrowWidth: '7rem', cell: ({ expiresAt }) => <Time at={expiresAt} look="relative" /> },
    ...(may('DELETE /users/{userId}/sessions/{sessionId}')
      ? [
          {
            id: 'do',
            title: 'End',
            isTitleHidden: true,
            width: '6rem',
            narrowWidth: '5rem',
            align: 'end' as const,
            cell: ({ sessionId, clientName }: Session) => (
              <Button aria-label={`End the session with ${clientName}`} onClick={() => end.mutate(sessionId)} isBusy={end.isPending}>
                End
              </Button>
            ),
          },
        ]
      : []),
  ]
  return (
    <Loaded query={query} what="the sessions" lines={2}>
      {(sessions) => (
        <>
          {sessions.length === 0 ? (
            <p className="text-sm text-soft">The user has no session. Only applications that open sessions here have some.</p>
          ) : (
            <>
              <Table label="Sessions" rows={sessions} rowId={({ sessionId }) => sessionId} columns={columns} />
              {sessions.length > 1 && may('DELETE /users/{userId}/sessions') && (
                <Button className="mt-2" isBusy={end.isPending} onClick={() => end.mutate(undefined)}>
                  End all of them
                </Button>
              )}
            </>
          )}
          {end.isError && <Problem what="No session was ended" error={end.error} />}
        </>
      )}
    </Loaded>
  )
}
