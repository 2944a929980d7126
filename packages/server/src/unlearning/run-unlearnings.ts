import { setTimeout as pause } from 'node:timers/promises'
import { type Instance, instanceEntities, settle } from '@sallyport/engine'
import type { Logger } from 'pino'
import { settleInstance } from '../actions/settle-instance.ts'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant, TenantDirectory } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { UnlearningTable } from '../storage/schema.ts'
import type { EventFilter } from '../storage/searching-store.ts'
import type { Store } from '../storage/store.ts'
import { UnknownPlaceError } from '../storage/store-errors.ts'

export interface RunUnlearningsDeps {
  store: Store
  tenants: Pick<TenantDirectory, 'find'>
  log: Pick<Logger, 'info' | 'warn'>
  clock: () => number
  newId: () => string
  /** Events between two pauses. */
  sliceSize?: number
  pauseMs?: number
}

export interface Unlearnings {
  /** Works through every request that is running and that no other process has. */
  runDue(): Promise<void>
  /** Stops after the slice under way. Another process, or the next start, goes on from there. */
  stop(): Promise<void>
}

/** A process that was killed keeps its request from the others for so long. */
const heldMs = 60_000

/**
 * Creates the work in the background that takes back what events taught, in slices with pauses, so that decisions hardly notice.
 *
 * INVARIANT: each instance is unlearnt once, also when a slice is done again after a process was killed: an instance without a lesson has nothing to take back.
 */
export function createUnlearnings(deps: RunUnlearningsDeps): Unlearnings {
  const { store, log, clock } = deps
  const holder = deps.newId()
  const aborter = new AbortController()
  let running: Promise<void> | undefined

  async function runAll(): Promise<void> {
    const rows = await store.db.selectFrom('unlearnings').where('state', '=', 'running').selectAll().execute()
    for (const row of rows) {
      if (aborter.signal.aborted) return
      if (await take(row)) await work(row)
    }
  }

  async function take({ tenant_id, unlearning_id }: UnlearningTable): Promise<boolean> {
    const at = clock()
    const taken = await store.db
      .updateTable('unlearnings')
      .set({ holder, held_until: at + heldMs })
      .where('tenant_id', '=', tenant_id)
      .where('unlearning_id', '=', unlearning_id)
      .where('state', '=', 'running')
      // A time further ahead than anybody holds one was written under a wrong clock.
      .where(({ or, eb }) => or([eb('holder', '=', holder), eb('held_until', '<=', at), eb('held_until', '>', at + heldMs)]))
      .executeTakeFirst()
    return taken.numUpdatedRows === 1n
  }

  async function work(row: UnlearningTable): Promise<void> {
    const { tenant_id: tenantId, unlearning_id: unlearningId } = row
    const filter: EventFilter = JSON.parse(row.filter)
    await store.foldReadSide()
    let { place, events, unlearnt } = row
    for (;;) {
      const tenant = await deps.tenants.find(tenantId)
      if (tenant === undefined) return
      const page = await search(tenantId, filter, place)
      for (const event of page?.events ?? []) if (await unlearn(deps, tenant, row, event)) unlearnt += 1
      events += page?.events.length ?? 0
      place = page?.next ?? null
      const state = page === undefined ? 'failed' : place === null ? 'done' : 'running'
      if (!(await keep(row, { place, events, unlearnt, state }))) return
      if (state !== 'running') {
        log.info({ tenantId, unlearningId, events, unlearnt, state }, 'what events had taught was taken back')
        return
      }
      if (aborter.signal.aborted) return
      await pause(deps.pauseMs ?? 20)
    }
  }

  /** `undefined`: the place belongs to another store. */
  async function search(tenantId: string, filter: EventFilter, place: string | null) {
    const query = { filter, order: 'oldest', limit: deps.sliceSize ?? 50, ...(place !== null && { after: place }) } as const
    return store.searchEvents(tenantId, query).catch((error: unknown) => {
      if (error instanceof UnknownPlaceError) return undefined
      throw error
    })
  }

  /** Writes down how far it has come. False: somebody else has it, or its user was erased. */
  async function keep(row: UnlearningTable, progress: Pick<UnlearningTable, 'place' | 'events' | 'unlearnt' | 'state'>): Promise<boolean> {
    const { tenant_id: tenantId, unlearning_id: unlearningId, user_id: userId } = row
    const at = clock()
    const problem = progress.state === 'failed' ? 'it cannot go on from where it stopped; ask for it again' : null
    return store.transaction({ tenantId }, async (tx) => {
      const { numUpdatedRows } = await tx.db
        .updateTable('unlearnings')
        .set({ ...progress, problem, updated_at: at, held_until: at + heldMs })
        .where('tenant_id', '=', tenantId)
        .where('unlearning_id', '=', unlearningId)
        .where('state', '=', 'running')
        .where('holder', '=', holder)
        .executeTakeFirst()
      if (numUpdatedRows !== 1n) return false
      if (progress.state !== 'running') {
        await insertAuditEntry(tx.db, deps.newId(), {
          tenantId,
          at,
          actor: JSON.parse(row.actor) as Actor,
          event: 'unlearning.ended',
          ...(userId !== null && { userId }),
          details: { unlearningId, state: progress.state, events: progress.events, unlearned: progress.unlearnt },
        })
      }
      return true
    })
  }

  return {
    runDue() {
      if (aborter.signal.aborted) return Promise.resolve()
      running ??= runAll().finally(() => {
        running = undefined
      })
      return running
    },
    async stop() {
      aborter.abort()
      await running?.catch(() => undefined)
    },
  }
}

/** Takes back what one event taught. True: this request did so, now or in a slice that was cut off. */
async function unlearn(deps: RunUnlearningsDeps, tenant: Tenant, row: UnlearningTable, event: Instance): Promise<boolean> {
  const { userId, action, idempotencyKey } = event
  const { reason, unlearning_id: unlearningId, created_at: createdAt } = row
  const actor: Actor = JSON.parse(row.actor)
  if (row.is_fraud === 1) {
    const disputed = await settleInstance(deps, tenant, { userId, action, idempotencyKey }, { kind: 'dispute', reason }, actor).catch(
      notFound,
    )
    if (disputed === undefined) return false
    const { disputedAt, dispute } = disputed.instance
    return disputed.isChanged || (disputedAt !== null && disputedAt >= createdAt && dispute?.reason === reason)
  }
  const { features, tenantId } = tenant
  const { kind, id, name } = actor
  const settlement = {
    kind: 'unlearn',
    at: deps.clock(),
    unlearningId,
    reason,
    actor: { kind, ...(id !== undefined && { id }), ...(name !== undefined && { name }) },
    wasAnother: isOfAnother(JSON.parse(row.filter)),
  } as const
  const instance = await deps.store.transaction({ tenantId, userId }, (tx) =>
    tx.settle(
      { tenantId, userId, action, idempotencyKey },
      (found) => instanceEntities(found, features),
      (found, snapshot) => settle(found, snapshot, settlement, features),
    ),
  )
  return instance?.unlearnt?.unlearningId === unlearningId
}

/** Who names an address or a device says that it is the attacker's. A span of time has actions of the user as well. */
function isOfAnother({ ipAddresses, deviceId }: EventFilter): boolean {
  return ipAddresses !== undefined || deviceId !== undefined
}

function notFound(error: unknown): undefined {
  if (error instanceof ApiError && error.code === 'not_found') return undefined
  throw error
}
