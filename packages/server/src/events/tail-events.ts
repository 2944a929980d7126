import type { Instance } from '@sallyport/engine'
import { toIndexEntry } from '../storage/search/index-entry.ts'
import { matchesFilter, prepareFilter } from '../storage/search/matches-filter.ts'
import { matchesUnindexed } from '../storage/search/matches-instance.ts'
import type { EventFilter, SearchingStore } from '../storage/searching-store.ts'
import type { Db, Store } from '../storage/store.ts'
import { eventName, type TailPlace, tailMark } from './tail-place.ts'

export interface TailEventsDeps {
  store: { db: Db } & Pick<SearchingStore, 'searchEvents' | 'readSideLagMs'> & Pick<Store, 'findInstance'>
  clock: () => number
}

export interface TailItem {
  /** It is new, or something of it has changed so that the filter finds it. */
  kind: 'tracked' | 'changed'
  instance: Instance
  /** Going on from here sends neither this nor anything before it again. */
  place: TailPlace
}

export interface EventTail {
  /** What is new since the last time, at most about a thousand. `isBehind`: there is more already. */
  poll(): Promise<{ items: TailItem[]; isBehind: boolean }>
}

/** Events become findable in another order than they were tracked in, by as much as this and by the lag of the read side. */
const overlapMs = 5_000
/** … but so many newer ones do not come before an older one. */
const overlapEvents = 400
const pageSize = 200
const pagesAtOnce = 5
const entriesAtOnce = 1_000
const mostRemembered = 20_000
/** Entries of the audit log that say that an event has changed begin so. */
const changes = /^(action|challenge)\./

/**
 * Follows the events that a filter finds, from now on or from a place. A new event is found by the search, a change by its entry on the audit log: so it does not
 * matter which process made them. Each is told once.
 */
export async function followEvents(deps: TailEventsDeps, tenantId: string, filter: EventFilter, resumed?: TailPlace): Promise<EventTail> {
  const { store } = deps
  const prepared = prepareFilter(filter)
  /** The events that were told, with when they had last changed. */
  const told = new Map<string, number>()
  const recent: number[] = []
  const startedAt = resumed?.at ?? deps.clock()
  const before = new Set(resumed?.marks)
  let place: TailPlace = resumed ?? { at: startedAt, marks: [], sequence: await lastSequence(store.db, tenantId) }
  /** Everything before it was looked at. */
  let lookedUpTo = startedAt
  const floor = resumed === undefined ? startedAt - overlapMs : resumed.at

  function remember(name: string, { updatedAt, createdAt }: Instance): void {
    told.delete(name)
    told.set(name, updatedAt)
    if (told.size > mostRemembered) for (const [oldest] of told) return void told.delete(oldest)
    recent.push(createdAt)
    if (recent.length > overlapEvents) recent.shift()
  }

  /** Where the next look for new events begins. */
  function nextFrom(): number {
    const crowded = recent.length === overlapEvents ? Math.min(...recent) : 0
    return Math.max(floor, crowded, lookedUpTo - overlapMs)
  }

  /**
   * Only events of whose time the search knows everything: one that is newer waits, so that none is told before another that was answered before it was tracked.
   * `isFirst`: nothing is told, so nothing waits.
   */
  async function findNew(isFirst = false): Promise<{ instances: Instance[]; isBehind: boolean }> {
    const knownUpTo = deps.clock() - (await store.readSideLagMs())
    const until = isFirst ? Number.POSITIVE_INFINITY : knownUpTo
    const from = nextFrom()
    const instances: Instance[] = []
    let after: string | undefined
    for (let page = 0; page < pagesAtOnce; page++) {
      const found = await store.searchEvents(tenantId, {
        filter: { ...filter, from },
        order: 'oldest',
        limit: pageSize,
        ...(after !== undefined && { after }),
      })
      instances.push(...found.events.filter((event) => event.createdAt <= until && isNew(event)))
      after = found.next
      const last = found.events.at(-1)?.createdAt ?? found.searchedTo
      if (after === undefined || (last !== undefined && last > until)) {
        lookedUpTo = Math.max(lookedUpTo, knownUpTo)
        return { instances, isBehind: false }
      }
      if (last !== undefined) lookedUpTo = Math.max(lookedUpTo, last)
    }
    return { instances, isBehind: true }
  }

  function isNew(event: Instance): boolean {
    const name = eventName(event)
    return !told.has(name) && !(event.createdAt === resumed?.at && before.has(tailMark(name)))
  }

  async function findChanged(): Promise<{ instances: Instance[]; sequence: number; isBehind: boolean }> {
    const entries = await store.db
      .selectFrom('audit_log')
      .select(['sequence', 'event', 'user_id', 'details'])
      .where('tenant_id', '=', tenantId)
      .where('sequence', '>', place.sequence)
      .orderBy('sequence')
      .limit(entriesAtOnce)
      .execute()
    const names = new Set<string>()
    for (const { event, user_id, details } of entries) {
      if (user_id === null || !changes.test(event)) continue
      const { action, idempotencyKey } = JSON.parse(details) as Record<string, unknown>
      if (typeof action !== 'string' || typeof idempotencyKey !== 'string') continue
      names.add(eventName({ userId: user_id, action, idempotencyKey }))
    }
    const instances: Instance[] = []
    for (const name of names) {
      const [userId, action, idempotencyKey] = JSON.parse(name) as [string, string, string]
      const instance = await store.findInstance({ tenantId, userId, action, idempotencyKey })
      if (instance === undefined || told.get(name) === instance.updatedAt) continue
      // The search does not know it yet. The next look finds it, as it is by then.
      if (!told.has(name) && instance.createdAt >= nextFrom() && isNew(instance)) continue
      if (await matches(instance)) instances.push(instance)
    }
    return { instances, sequence: entries.at(-1)?.sequence ?? place.sequence, isBehind: entries.length === entriesAtOnce }
  }

  async function matches(instance: Instance): Promise<boolean> {
    const user =
      filter.text === undefined
        ? undefined
        : await store.db
            .selectFrom('users')
            .select(['email', 'username', 'display_name as displayName'])
            .where('tenant_id', '=', tenantId)
            .where('user_id', '=', instance.userId)
            .executeTakeFirst()
    return matchesFilter(toIndexEntry(instance, user), prepared) && matchesUnindexed(instance, prepared)
  }

  if (resumed === undefined) for (const event of (await findNew(true)).instances) remember(eventName(event), event)
  return {
    async poll() {
      const fresh = await findNew()
      const items: TailItem[] = []
      for (const instance of fresh.instances) {
        const name = eventName(instance)
        if (told.has(name)) continue
        remember(name, instance)
        const { createdAt } = instance
        if (createdAt > place.at) place = { ...place, at: createdAt, marks: [tailMark(name)] }
        else if (createdAt === place.at) place = { ...place, marks: [...place.marks, tailMark(name)] }
        items.push({ kind: 'tracked', instance, place })
      }
      const changed = await findChanged()
      place = { ...place, sequence: changed.sequence }
      for (const instance of changed.instances) {
        const name = eventName(instance)
        if (told.get(name) === instance.updatedAt) continue
        remember(name, instance)
        items.push({ kind: 'changed', instance, place })
      }
      return { items, isBehind: fresh.isBehind || changed.isBehind }
    },
  }
}

async function lastSequence(db: Db, tenantId: string): Promise<number> {
  const chain = await db.selectFrom('audit_chains').select('sequence').where('tenant_id', '=', tenantId).executeTakeFirst()
  return chain?.sequence ?? 0
}
