import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../../api/api.ts'
import { useMe } from '../../api/me.ts'
import { Loaded } from '../../parts/loaded.tsx'
import { Page } from '../../parts/page.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { typeable } from '../../parts/visible-text.ts'
import { oneOf } from '../../url/codec.ts'
import { useParam } from '../../url/use-param.ts'
import { Access } from './access.tsx'
import { nameOf } from './describe-user.ts'
import { FrozenEnrolment } from './frozen-enrolment.tsx'
import { readUser } from './read-user.ts'
import { UserActions } from './user-actions.tsx'
import { UserData } from './user-data.tsx'
import { UserEvents } from './user-events.tsx'
import { UserHead } from './user-head.tsx'
import { UserRules } from './user-rules.tsx'
import { mostToDraw, Usual } from './usual.tsx'

const tab = oneOf(['usual', 'access', 'events', 'rules', 'data'], 'usual')

/** One user: who it is, what is usual for them, and what can be done for them. */
export default function UserPage({ params: { userId = '' } }: { params: Record<string, string> }) {
  const [shown, setShown] = useParam('tab', tab)
  const { may } = useMe()
  const user = useQuery({ queryKey: ['user', userId, 'record'], queryFn: ({ signal }) => readUser(userId, signal) })
  const profile = useQuery({
    queryKey: ['user', userId, 'profile'],
    queryFn: ({ signal }) => api.get('/users/{userId}/profile', { path: { userId }, signal }),
  })
  const events = useQuery({
    queryKey: ['user', userId, 'latest events'],
    queryFn: ({ signal }) => api.get('/events', { query: { userId, limit: mostToDraw }, signal }),
  })
  const latest = events.data?.events[0]
  const mayTry = may('POST /action-configurations/{actionCode}/evaluate')
  return (
    <Page
      title={user.data ? typeable(nameOf(user.data)) : typeable(userId)}
      sentence={profile.data?.sentence ?? 'What is known of this user.'}
      above={
        <Link href="/users" className="text-soft hover:underline">
          Users
        </Link>
      }
      actions={user.data && <UserActions user={user.data} />}
    >
      <Loaded query={user} what="the user" lines={3}>
        {(record) => (
          <>
            <FrozenEnrolment user={record} />
            <UserHead user={record} latest={latest} />
          </>
        )}
      </Loaded>
      <Tabs
        label="Parts of the user"
        value={shown}
        onValue={(next) => setShown(next, { push: true })}
        tabs={[
          {
            value: 'usual',
            label: 'What is usual',
            panel: (
              <Loaded query={profile} what="what is usual for the user" lines={12}>
                {(usual) => <Usual profile={usual} events={events} />}
              </Loaded>
            ),
          },
          { value: 'access', label: 'Access', panel: <Access userId={userId} profile={profile.data} /> },
          { value: 'events', label: 'Events', panel: <UserEvents userId={userId} /> },
          {
            value: 'rules',
            label: mayTry ? 'Rules' : 'Snoozed rules',
            panel: <UserRules userId={userId} addresses={profile.data?.addresses ?? []} latest={latest} />,
          },
          {
            value: 'data',
            label: 'Data',
            panel: (
              <Loaded query={user} what="the data of the user">
                {(record) => <UserData user={record} />}
              </Loaded>
            ),
          },
        ]}
      />
    </Page>
  )
}
