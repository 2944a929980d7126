import type { EventFilter, SearchingStore } from '../storage/searching-store.ts'

/** Who is behind an event is not counted by hour: it is looked up, in one page. */
const mostLookedUp = 200

export interface People {
  count: number
  /** The latest events that they were counted in. */
  of: number
  /** There are more events, so there may be more people. */
  isAtLeast: boolean
  /** Milliseconds UTC, of the oldest of these events. */
  since: number | undefined
  /** With how many of these events each of them has; those with most first. */
  users: { userId: string; events: number }[]
}

/** Counts the users behind the latest events that a filter finds. */
export async function countPeople(store: Pick<SearchingStore, 'searchEvents'>, tenantId: string, filter: EventFilter): Promise<People> {
  const { events, next } = await store.searchEvents(tenantId, { filter, order: 'newest', limit: mostLookedUp })
  const counts = new Map<string, number>()
  for (const { userId } of events) counts.set(userId, (counts.get(userId) ?? 0) + 1)
  const users = [...counts].map(([userId, count]) => ({ userId, events: count })).sort((a, b) => b.events - a.events)
  return { count: users.length, of: events.length, isAtLeast: next !== undefined, since: events.at(-1)?.createdAt, users }
}
