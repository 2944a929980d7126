import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { api } from '../api/api.ts'
import { pages } from '../pages.ts'

export interface Found {
  id: string
  title: string
  detail: string | undefined
  href: string
}

const has = (path: string) => pages.some((page) => page.path === path)

/** Users that a text finds, and a search of the events with it. Only where there is a page for them. */
export function useFoundPeople(text: string): Found[] {
  const search = useDeferredValue(text.trim())
  const hasUsers = has('/users/:userId')
  const { data } = useQuery({
    queryKey: ['palette', 'users', search],
    queryFn: ({ signal }) => api.get('/users', { query: { text: search, limit: 5 }, signal }),
    enabled: hasUsers && search.length >= 2,
    placeholderData: (before) => before,
  })
  if (search.length < 2) return []
  const users = (hasUsers ? (data?.users ?? []) : []).map((user) => ({
    id: `user.${user.userId}`,
    title: user.email ?? user.userId,
    detail: user.email === undefined ? 'user' : `user ${user.userId}`,
    href: `/users/${encodeURIComponent(user.userId)}`,
  }))
  const events = has('/events')
    ? [
        {
          id: 'events.search',
          title: `Search the events for ${search}`,
          detail: undefined,
          href: `/events?q=${encodeURIComponent(search)}`,
        },
      ]
    : []
  return [...users, ...events]
}
