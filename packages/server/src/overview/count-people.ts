import type { EventFilter, SearchingStore } from '../storage/searching-store.ts'

/** Who is behind an event is not counted by hour: it is looked up, in one page. */
const mostLookedUp = 200

export interface People {
  count: number
  /** The latest events that they were counted in. */
  of: number
  /** There are more events, so there may be more people. */
  isAtLeast: boolean
}

/** Counts the users behind the latest events that a filter finds. */
export async function countPeople(store: Pick<SearchingStore, 'searchEvents'>, tenantId: string, filter: EventFilter): Promise<People> {
  const { events, next } = await store.searchEvents(tenantId, { filter, order: 'newest', limit: mostLookedUp })
  return { count: new Set(events.map(({ userId }) => userId)).size, of: events.length, isAtLeast: next !== undefined }
}
