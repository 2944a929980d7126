import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Answer, api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Button } from '../../parts/button.tsx'
import { Loaded } from '../../parts/loaded.tsx'
import { Problem } from '../../parts/problem.tsx'
import { Section } from '../../parts/section.tsx'
import { type Column, Table } from '../../parts/table.tsx'
import { Time } from '../../parts/time.tsx'
import { announce } from '../../parts/toast.ts'
import { UserText } from '../../parts/user-text.tsx'
import { browserName } from './browser-name.ts'

type Session = Answer<'get', '/sessions'>['sessions'][number]

/** Where people are signed in: the own sessions, and for owners and admins those of everybody. */
export function Sessions() {
  const { who } = useMe()
  const client = useQueryClient()
  const query = useQuery({ queryKey: ['sessions'], queryFn: ({ signal }) => api.get('/sessions', { signal }) })
  const end = useMutation({
    mutationFn: ({ sessionId }: Session) => api.delete('/sessions/{sessionId}', { path: { sessionId } }),
    onSuccess: (_, { name }) => {
      announce(`A session of ${name} is ended.`)
      return client.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  const columns: Column<Session>[] = [
    {
      id: 'who',
      title: 'Who, and with what',
      cell: ({ name, isCurrent, userAgent, adminId }) => (
        <>
          <UserText className={adminId === who.adminId ? 'font-medium' : ''}>{name}</UserText>, {browserName(userAgent)}
          {isCurrent && <span className="text-allow"> (this one)</span>}
        </>
      ),
    },
    { id: 'from', title: 'From', width: '11rem', isWideOnly: true, cell: ({ ipAddress }) => <UserText>{ipAddress}</UserText> },
    { id: 'since', title: 'Since', width: '8rem', isWideOnly: true, cell: ({ createdAt }) => <Time at={createdAt} look="relative" /> },
    {
      id: 'used',
      title: 'Last used',
      width: '8rem',
      narrowWidth: '6rem',
      cell: ({ lastUsedAt }) => <Time at={lastUsedAt} look="relative" />,
    },
    {
      id: 'do',
      title: 'What can be done',
      isTitleHidden: true,
      width: '6rem',
      narrowWidth: '4rem',
      align: 'end',
      cell: (session) =>
        !session.isCurrent && (
          <Button
            look="quiet"
            className="h-6 px-2 text-xs text-block"
            aria-label={`End the session of ${session.name}, ${browserName(session.userAgent)}`}
            isBusy={end.isPending && end.variables.sessionId === session.sessionId}
            onClick={() => end.mutate(session)}
          >
            End
          </Button>
        ),
    },
  ]
  return (
    <Section title="Sessions">
      {end.isError && <Problem what="The session was not ended" error={end.error} />}
      <Loaded query={query} what="the sessions" lines={2}>
        {({ sessions }) => <Table label="Sessions" rows={sessions} rowId={({ sessionId }) => sessionId} columns={columns} />}
      </Loaded>
    </Section>
  )
}
