import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { compilePolicy, decide, entitiesOf, instanceEntities, recordTracked, type TrackedEvent } from '@sallyport/engine'
import { openSqliteStore } from '../../packages/server/src/storage/sqlite/open-sqlite-store.ts'
import type { Store } from '../../packages/server/src/storage/store.ts'
import { firstBankEvent } from '../bank-events.ts'
import { bankPolicy } from '../bank-rules.ts'
import { customer, toTrackedEvent, trackedBankEvents } from '../bank-signals.ts'
import { inTurns, median } from '../in-turns.ts'
import type { BenchOptions, Section } from '../row.ts'
import { costTable } from './cost-table.ts'

const policy = compilePolicy(bankPolicy('transfer', 20), { lists: new Map(), enabledMethods: ['PASSKEY'], configVersion: 1 })
/** Decisions in a turn, for each second of its length. Enough to include background writes of entities. */
const decisionsPerSecond = 3_000
const waitingAtOnce = 64
const usersInTransaction = 1_000
const openedAt = Date.UTC(2026, 0, 1)

/**
 * The cost of a decision as users grow, all equally likely. The embedded store with its disk, and the engine, in this process. Every user has
 * one earlier decision.
 */
export async function costOfUsers(folder: string, { rounds, seconds, users }: BenchOptions): Promise<Section> {
  const sizes = [users / 100, users / 10, users, users * 10]
  const stores: Store[] = []
  try {
    for (const size of sizes) stores.push(await openFilled(path.join(folder, `users-${size}`), size))
    const contenders = stores.map((store, index) => {
      const next = trackedBankEvents(sizes[index] ?? 0, 7)
      return [String(sizes[index]), () => decideInTurn(store, next, decisionsPerSecond * seconds)] as const
    })
    const figures = await inTurns(rounds, Object.fromEntries(contenders))
    return costTable({
      title: 'Cost of a decision by number of users',
      what: 'users',
      measured:
        'Engine and embedded store in one process, without HTTP; 20 rules, every decision on disk before the answer, users drawn evenly from all. Processor time of all threads.',
      file: 'cost-users',
      points: sizes.map((size) => [size, median(figures[size] ?? [])]),
    })
  } finally {
    for (const store of stores) await store.close()
    for (const size of sizes) rmSync(path.join(folder, `users-${size}`), { recursive: true, force: true })
  }
}

/** Microseconds per decision. */
async function decideInTurn(store: Store, next: () => TrackedEvent, count: number): Promise<number> {
  const events = Array.from({ length: count }, next)
  let taken = 0
  const before = process.cpuUsage()
  await Promise.all(
    Array.from({ length: waitingAtOnce }, async () => {
      for (let event = events[taken++]; event !== undefined; event = events[taken++]) await decideOne(store, event)
    }),
  )
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

/** Makes one decision of the bank and waits until it is on disk. */
export async function decideOne(store: Store, event: TrackedEvent): Promise<void> {
  const { tenantId, userId, action, idempotencyKey, at, deviceId } = event
  const request = { key: { tenantId, userId, action, idempotencyKey }, entities: entitiesOf(event), user: {}, deviceId, at }
  await store.decide(request, (snapshot) => decide(policy, snapshot, event))
}

async function openFilled(dataDir: string, users: number): Promise<Store> {
  mkdirSync(dataDir, { recursive: true })
  const store = await openSqliteStore({ dataDir, clock: () => openedAt, recordTracked, instanceEntities })
  await fillUsers(store, users)
  return store
}

/** Records users with one earlier decision each. */
export async function fillUsers(store: Store, users: number): Promise<void> {
  for (let from = 0; from < users; from += usersInTransaction) await putUsers(store, from, Math.min(users, from + usersInTransaction))
}

/** Records many users at a time, each in the state that a first decision leaves. */
async function putUsers(store: Store, from: number, to: number): Promise<void> {
  const events = Array.from({ length: to - from }, (_, index) => toTrackedEvent(firstBankEvent(from + index), openedAt + from + index))
  await store.transaction({ tenantId: 'bench' }, async (tx) => {
    for (const event of events) {
      const { instance, entities } = decide(policy, { user: customer, entities: {} }, event).changes
      const values = entitiesOf(event).flatMap((ref) => {
        const value = entities[ref.kind]
        return value === undefined ? [] : [[ref.kind, { ref, value }] as const]
      })
      await tx.insertInstance(instance, Object.fromEntries(values))
    }
    const added = { tenant_id: 'bench', created_at: openedAt }
    const blank = { email_verified: 0, phone_number_verified: 0, custom: '{}', updated_at: openedAt } as const
    for (let at = 0; at < events.length; at += 250) {
      const some = events.slice(at, at + 250)
      const people = some.map(({ userId }) => ({ ...added, ...blank, user_id: userId, user_handle: `handle of ${userId}` }))
      await tx.db.insertInto('users').values(people).execute()
      const devices = some.map(({ userId, deviceId }) => ({ ...added, user_id: userId, device_id: deviceId ?? '' }))
      await tx.db.insertInto('devices').values(devices).execute()
    }
  })
}
