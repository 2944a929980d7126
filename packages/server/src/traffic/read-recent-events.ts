import type { Instance } from '@sallyport/engine'
import type { SearchingStore } from '../storage/searching-store.ts'

/** Enough for a picture of what is usual, few enough to be read while somebody waits. */
export const mostRecentEvents = 2000
/** Decoded without a pause, on the thread that decides. */
const pageSize = 100
/** Nobody waits longer for a picture: it is then drawn from what was read. */
const mostMs = 2000

export interface RecentEvents {
  /** How many were read. */
  events: number
  /** Milliseconds UTC, of the oldest and of the newest. `null`: there are none. */
  from: number | null
  to: number | null
}

/**
 * Reads the latest events of an action, newest first, in pages between which others have their turn: at most 2,000, and for at most two seconds. `take` gets
 * each page.
 */
export async function readRecentEvents(
  store: Pick<SearchingStore, 'searchEvents'>,
  tenantId: string,
  action: string,
  take: (events: readonly Instance[]) => void | Promise<void>,
  range: { from?: number; to?: number } = {},
): Promise<RecentEvents> {
  const endAt = performance.now() + mostMs
  const read: RecentEvents = { events: 0, from: null, to: null }
  let after: string | undefined
  do {
    const limit = Math.min(pageSize, mostRecentEvents - read.events)
    const filter = { actions: [action], ...range }
    const page = await store.searchEvents(tenantId, { filter, order: 'newest', limit, ...(after !== undefined && { after }) })
    const { events } = page
    await take(events)
    read.events += events.length
    read.to ??= events[0]?.createdAt ?? null
    read.from = events.at(-1)?.createdAt ?? read.from
    after = page.next
  } while (after !== undefined && read.events < mostRecentEvents && performance.now() < endAt)
  return read
}
