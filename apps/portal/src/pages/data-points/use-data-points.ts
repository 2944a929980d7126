import { useQuery } from '@tanstack/react-query'
import { type Answer, api } from '../../api/api.ts'

export type DataPoint = Answer<'get', '/custom-data-points'>[number]
export type Action = Answer<'get', '/action-configurations'>[number]

export function useDataPoints() {
  return useQuery({ queryKey: ['data-points'], queryFn: ({ signal }) => api.get('/custom-data-points', { signal }) })
}

export function useActions() {
  return useQuery({ queryKey: ['actions', { of: 'all' }], queryFn: ({ signal }) => api.get('/action-configurations', { signal }) })
}

/** The latest value of each name that an action's last event had. */
export function useLatestCustom(action: string | undefined) {
  return useQuery({
    queryKey: ['latest-custom', action],
    enabled: action !== undefined,
    queryFn: async ({ signal }): Promise<Record<string, unknown>> => {
      const { events } = await api.get('/events', { query: { action: action ?? '', limit: 1 }, signal })
      const [event] = events
      if (event === undefined) return {}
      const { userId, idempotencyKey } = event
      const path = { userId, action: event.action, idempotencyKey }
      return (await api.get('/events/{userId}/{action}/{idempotencyKey}', { path, signal })).custom ?? {}
    },
  })
}
