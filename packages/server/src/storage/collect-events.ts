import type { Instance } from '@sallyport/engine'
import type { EventQuery, SearchingStore } from './searching-store.ts'

/** A search that finds little may stop this often on its way. */
const mostPages = 20

/** The first events of a search, also where its pages are short. `isMore`: there are more, or nobody has looked whether there are. */
export async function collectEvents(
  store: Pick<SearchingStore, 'searchEvents'>,
  tenantId: string,
  { limit, ...query }: EventQuery,
): Promise<{ events: Instance[]; isMore: boolean }> {
  const events: Instance[] = []
  let after = query.after
  for (let page = 0; page < mostPages; page++) {
    const found = await store.searchEvents(tenantId, { ...query, limit: limit - events.length, ...(after !== undefined && { after }) })
    events.push(...found.events)
    after = found.next
    if (after === undefined || events.length >= limit) break
  }
  return { events, isMore: after !== undefined }
}
