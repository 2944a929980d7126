import { useQuery } from '@tanstack/react-query'
import { api } from '../../api/api.ts'

const most = 100
const everyMs = 30_000

export interface News {
  /** The tenant never had an event. `undefined`: not known yet. */
  isUntouched: boolean | undefined
  /** Events since the page was read. */
  count: number
  /** There are more. */
  isAtLeast: boolean
}

/** How many events came since the page was read (`readAt`), so that it can say so instead of changing by itself. `isWanted`: its time goes up to now. */
export function useNews(readAt: number, isWanted: boolean): News {
  const newest = useQuery({
    queryKey: ['overview', 'newest', readAt],
    queryFn: async ({ signal }) => (await api.get('/events', { query: { limit: 1 }, signal })).events[0]?.createdAt ?? null,
    enabled: readAt > 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  // By the clock of the server: that of this machine may be another one.
  const since = newest.data === undefined ? undefined : newest.data === null ? '' : new Date(Date.parse(newest.data) + 1).toISOString()
  const later = useQuery({
    queryKey: ['overview', 'later', readAt, since],
    queryFn: ({ signal }) => api.get('/events', { query: { from: since, limit: most }, signal }),
    enabled: isWanted && since !== undefined,
    refetchInterval: everyMs,
    staleTime: everyMs,
  })
  return {
    isUntouched: newest.data === undefined ? undefined : newest.data === null,
    count: later.data?.events.length ?? 0,
    isAtLeast: later.data?.cursor !== undefined && later.data.events.length >= most,
  }
}
