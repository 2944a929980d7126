import type { State } from '@sallyport/engine'
import { collectEvents } from '../storage/collect-events.ts'
import type { EventFilter, SearchingStore } from '../storage/searching-store.ts'

/** What is not counted by hour is counted one by one, so far. */
const mostCounted = 200

export interface Waiting {
  count: number
  /** There are more. */
  isAtLeast: boolean
  /** Milliseconds UTC, of the oldest. */
  oldestAt: number | undefined
}

/** Counts the events that a filter finds, the oldest first, up to a bound. */
export async function countEvents(store: Pick<SearchingStore, 'searchEvents'>, tenantId: string, filter: EventFilter): Promise<Waiting> {
  const { events, isMore } = await collectEvents(store, tenantId, { filter, order: 'oldest', limit: mostCounted })
  return { count: events.length, isAtLeast: isMore, oldestAt: events[0]?.createdAt }
}

export const challengeStates: readonly State[] = ['CHALLENGE_REQUIRED', 'CHALLENGE_SUCCEEDED', 'CHALLENGE_FAILED']
