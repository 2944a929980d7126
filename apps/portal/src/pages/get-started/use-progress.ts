import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { api } from '../../api/api.ts'
import { doneSteps } from './steps.ts'
import { enrolmentAction } from './write-code.ts'

/** How far the application is with an action (without a choice the first that there is), and what the code needs to know. It is read again whenever an event arrives. */
export function useProgress(chosen: string, origin: string, hasKey: boolean) {
  const configurations = useQuery({
    queryKey: ['authenticator-configurations'],
    queryFn: ({ signal }) => api.get('/authenticator-configurations', { signal }),
  })
  const actions = useQuery({ queryKey: ['actions', { of: 'all' }], queryFn: ({ signal }) => api.get('/action-configurations', { signal }) })
  const points = useQuery({ queryKey: ['data-points'], queryFn: ({ signal }) => api.get('/custom-data-points', { signal }) })
  const first = actions.data?.find(({ actionCode }) => actionCode !== enrolmentAction)?.actionCode
  const action = chosen || (first ?? 'transfer')
  const isConfigured = actions.data?.some(({ actionCode }) => actionCode === action)
  const latest = useQuery({
    queryKey: ['get-started', 'latest', action],
    queryFn: ({ signal }) => api.get('/events', { query: { action, limit: 1 }, signal }),
    // A search for an action that nobody has configured is refused.
    enabled: isConfigured === true,
  })
  const passed = useQuery({
    queryKey: ['get-started', 'passed', action],
    queryFn: ({ signal }) => api.get('/events', { query: { action, state: 'CHALLENGE_SUCCEEDED', limit: 1 }, signal }),
    enabled: isConfigured === true,
  })
  const userId = latest.data?.events[0]?.userId
  const enrolled = useQuery({
    queryKey: ['get-started', 'enrolled', userId],
    queryFn: ({ signal }) => api.get('/users/{userId}/authenticators', { path: { userId: userId ?? '' }, signal }),
    enabled: userId !== undefined,
  })
  const passkeys = configurations.data?.find(({ verificationMethod }) => verificationMethod === 'PASSKEY')
  const done = doneSteps({
    isOriginAllowed: passkeys?.expectedOrigins?.includes(origin),
    hasAction: isConfigured,
    hasKey,
    hasTrack: latest.data && latest.data.events.length > 0,
    isEnrolled: enrolled.data && enrolled.data.length > 0,
    hasPassed: passed.data && passed.data.events.length > 0,
  })
  // Once it is known how far an action is, what is read again does not take the steps away.
  const known = useRef<string>(undefined)
  if ([configurations, actions, latest, passed, enrolled].every(({ isLoading }) => !isLoading)) known.current = action
  const isLoaded = known.current === action
  return { isLoaded, action, done, passkeys, actions, points: points.data ?? [], passed: passed.data?.events[0] }
}
