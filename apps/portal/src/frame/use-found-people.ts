import { useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { api } from '../api/api.ts'

export interface Found {
  id: string
  title: string
  detail: string | undefined
  href: string
}

/** Users that a text finds, and a search of the events with it. */
export function useFoundPeople(text: string): Found[] {
  const search = useDeferredValue(text.trim())
  const { data } = useQuery({
    queryKey: ['palette', 'users', search],
    queryFn: ({ signal }) => api.get('/users', { query: { text: search, limit: 5 }, signal }),
    enabled: search.length >= 2,
    placeholderData: (before) => before,
  })
  if (search.length < 2) return []
  const users = (data?.users ?? []).map((user) => ({
    id: `user.${user.userId}`,
    title: user.email ?? user.userId,
    detail: user.email === undefined ? 'user' : `user ${user.userId}`,
    href: `/users/${encodeURIComponent(user.userId)}`,
  }))
  const events = {
    id: 'events.search',
    title: `Search the events for ${search}`,
    detail: undefined,
    href: `/events?q=${encodeURIComponent(search)}`,
  }
  return [...users, events]
}
