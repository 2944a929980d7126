import type { Instance } from '@sallyport/engine'
import { openHistory } from '../../src/storage/open-history.ts'
import { toIndexEntry } from '../../src/storage/search/index-entry.ts'
import { matchesFilter, prepareFilter } from '../../src/storage/search/matches-filter.ts'
import { bucketSpans, rollUpKeyOf, ruleRollUpKeysOf } from '../../src/storage/search/roll-up-delta.ts'
import type { RollUpQuery, SearchingStore } from '../../src/storage/searching-store.ts'
import type { Store } from '../../src/storage/store.ts'

/** A read side that looks at every instance each time. For tests, until the store has its own. */
export function naiveReadSide(store: Store): SearchingStore {
  async function all(tenantId: string): Promise<Instance[]> {
    const history = await openHistory(store.history)
    const instances: Instance[] = []
    try {
      for await (const batch of history.read({ tenantId, from: 0, to: Number.MAX_SAFE_INTEGER, signals: [] }))
        for (const { userId, action, idempotencyKey } of batch.instances) {
          const found = await store.findInstance({ tenantId, userId, action, idempotencyKey })
          if (found !== undefined) instances.push(found)
        }
    } finally {
      await history.close()
    }
    return instances
  }
  async function entriesOf(tenantId: string) {
    return Promise.all(
      (await all(tenantId)).map(async (instance) => {
        const user = await store.db
          .selectFrom('users')
          .select(['email', 'username', 'display_name as displayName'])
          .where('tenant_id', '=', tenantId)
          .where('user_id', '=', instance.userId)
          .executeTakeFirst()
        return { instance, entry: toIndexEntry(instance, user) }
      }),
    )
  }
  const count = <Key extends { at: number; action: string }>(keys: Key[], query: RollUpQuery<string>) => {
    const span = bucketSpans[query.bucket]
    const [from, to] = [Math.floor(query.from / span) * span, Math.floor(query.to / span) * span]
    const counts = new Map<string, number>()
    for (const key of keys) {
      if (key.at < from || key.at >= to || (query.actions !== undefined && !query.actions.includes(key.action))) continue
      const name = JSON.stringify(
        query.by === undefined ? key : Object.fromEntries(['at', ...query.by].map((part) => [part, key[part as keyof Key]])),
      )
      counts.set(name, (counts.get(name) ?? 0) + 1)
    }
    return [...counts].map(([name, events]) => ({ ...JSON.parse(name), events })).sort((a, b) => a.at - b.at)
  }
  return {
    async searchEvents(tenantId, { filter, order, limit, after }) {
      const prepared = prepareFilter(filter)
      const found = (await entriesOf(tenantId))
        .filter(({ entry }) => matchesFilter(entry, prepared))
        .map(({ instance }) => ({
          instance,
          place: `${String(instance.createdAt).padStart(16, '0')} ${JSON.stringify([instance.userId, instance.action, instance.idempotencyKey])}`,
        }))
        .sort((a, b) => (a.place < b.place ? -1 : 1) * (order === 'newest' ? -1 : 1))
        .filter(({ place }) => after === undefined || (order === 'newest' ? place < after : place > after))
      const page = found.slice(0, limit)
      return { events: page.map(({ instance }) => instance), ...(found.length > limit && { next: page.at(-1)?.place }) }
    },
    async rollUps(tenantId, query) {
      return count(
        (await entriesOf(tenantId)).map(({ entry }) => rollUpKeyOf(entry, query.bucket)),
        query,
      ) as never
    },
    async ruleRollUps(tenantId, query) {
      return count(
        (await entriesOf(tenantId)).flatMap(({ entry }) => ruleRollUpKeysOf(entry, query.bucket)),
        query,
      ) as never
    },
    foldReadSide: async () => {},
    readSideLagMs: async () => 0,
  }
}
