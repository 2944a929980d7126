import { setTimeout as sleep } from 'node:timers/promises'
import { type Backfill, createBackfill, type EntityRef } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import { changeConfiguration } from '../configuration/change-configuration.ts'
import {
  type BackfillState,
  backfillOf,
  findDeclaredFeature,
  listDeclaredFeatures,
  toFeatureDefinition,
} from '../configuration/feature-row.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import type { InstanceHistory } from '../storage/instance-history.ts'
import { openHistory } from '../storage/open-history.ts'
import type { VelocityFeatureTable } from '../storage/schema.ts'
import type { Db, Store } from '../storage/store.ts'

export interface BackfillDeps {
  store: Store
  tenants: Pick<TenantDirectory, 'invalidate'>
  clock: () => number
  newId: () => string
  /** Who started the job. */
  actor: Actor
  /** Aborted: stop at a place from which the job can continue. */
  signal: AbortSignal
}

/** Another process has taken over the job and reports its outcome. */
export class BackfillTakenError extends Error {
  constructor() {
    super('another process has taken over the job')
    this.name = 'BackfillTakenError'
  }
}

/** Entities whose windows are in memory at once. */
const entitiesPerPart = 50_000
const entitiesPerWrite = 64
/** Of all time, live traffic has this share of it at least while a feature is filled. */
const pauseFactor = 4
/** A job that reads for longer than this reports that it is still running. */
const sayAfterMs = 10_000

/**
 * Fills a feature from the stored instances of its window that were decided before it was declared, and declares it complete.
 *
 * Windows are counted in memory and then merged into the counts of live traffic, each entity once: one transaction writes an entity together with the
 * progress, and only the owner of the job may. With too many entities for one pass, each pass counts a part of them, divided by hash.
 */
export async function fillFeature(deps: BackfillDeps, row: VelocityFeatureTable, from: BackfillState): Promise<void> {
  const history = await openHistory(deps.store.history)
  try {
    let state = from
    while (state.part < state.parts) {
      const counted = await countPart(deps, history, row, state)
      if (counted === undefined) {
        state = { ...state, parts: state.parts * 2, instances: 0 }
        continue
      }
      state = await writePart(deps, row, counted.backfill, { ...state, instances: state.instances + counted.instances })
      if (state.status !== 'running') return
      state = { ...state, part: state.part + 1, after: '', written: 0 }
    }
    await complete(deps, row, state)
  } finally {
    await history.close()
  }
}

/** One pass over history. `undefined`: there are more entities than fit into memory, and no division into parts is stored yet. */
async function countPart(
  deps: BackfillDeps,
  history: InstanceHistory,
  row: VelocityFeatureTable,
  { job, parts, part, written, entities }: BackfillState,
): Promise<{ backfill: Backfill; instances: number } | undefined> {
  const definition = toFeatureDefinition(row)
  const backfill = createBackfill(definition, row.created_at)
  const isWanted = parts === 1 ? undefined : ({ key }: EntityRef) => hashOf(key) % parts === part
  const canSplit = part === 0 && written === 0 && entities === 0
  const query = {
    tenantId: row.tenant_id,
    actions: definition.actions,
    from: row.created_at - definition.windowMinutes * 60_000,
    to: Number.MAX_SAFE_INTEGER,
  }
  let instances = 0
  let saidAt = deps.clock()
  for await (const batch of paced(deps, history.read(query))) {
    for (const instance of batch.instances) {
      // Instances decided under a configuration that had the feature were counted at their decision.
      if (instance.configVersion >= row.since_version) continue
      const before = backfill.size
      backfill.add(instance, isWanted)
      instances += 1
      if (canSplit && backfill.size > before && backfill.size > entitiesPerPart) return undefined
    }
    deps.signal.throwIfAborted()
    if (Math.abs(deps.clock() - saidAt) < sayAfterMs) continue
    await changeBackfill(deps, row, job, (state) => state)
    saidAt = deps.clock()
  }
  return { backfill, instances: part === 0 ? instances : 0 }
}

async function writePart(deps: BackfillDeps, row: VelocityFeatureTable, backfill: Backfill, from: BackfillState): Promise<BackfillState> {
  const refs = backfill.refs()
  let state = from
  for await (const chunk of paced(deps, chunksOf(refs, state.after))) {
    deps.signal.throwIfAborted()
    const at = deps.clock()
    const next: BackfillState = {
      ...state,
      after: chunk.at(-1)?.key ?? state.after,
      written: state.written + chunk.length,
      entities: state.entities + chunk.length,
      progress: Math.round((1000 * (state.part + (state.written + chunk.length) / refs.length)) / state.parts) / 1000,
    }
    const isDeclared = await deps.store.transaction({ tenantId: row.tenant_id }, async (tx) => {
      const now = await findDeclaredFeature(tx.db, row.tenant_id, row.name)
      if (now?.since_version !== row.since_version) return false
      if (backfillOf(now)?.job !== from.job) throw new BackfillTakenError()
      const declared = (await listDeclaredFeatures(tx.db, row.tenant_id)).map(toFeatureDefinition)
      await tx.changeEntities(row.tenant_id, chunk, (ref, entity) => backfill.mergeInto(ref, entity, declared))
      await saveBackfill(tx.db, row, next, at)
      return true
    })
    // The feature was removed or changed meanwhile: there is nothing left to fill.
    if (!isDeclared) return { ...state, status: 'failed' }
    state = next
  }
  return state
}

/** The entities after a key, in the order of keys. */
function* chunksOf(refs: readonly EntityRef[], after: string): Generator<readonly EntityRef[]> {
  const from = refs.findIndex(({ key }) => key > after)
  if (from === -1) return
  for (let place = from; place < refs.length; place += entitiesPerWrite) yield refs.slice(place, place + entitiesPerWrite)
}

async function complete(deps: BackfillDeps, row: VelocityFeatureTable, state: BackfillState): Promise<void> {
  const { tenant_id: tenantId, name, since_version: since } = row
  await changeConfiguration(deps, { tenantId, actor: deps.actor, event: 'velocity_feature.filled', details: { name } }, async (db, at) => {
    const now = await findDeclaredFeature(db, tenantId, name)
    if (now?.since_version !== since || backfillOf(now)?.job !== state.job) throw new BackfillTakenError()
    await saveBackfill(db, row, { ...state, status: 'done', progress: 1 }, at)
    await ofRow(db.updateTable('velocity_features').set({ complete_from: 0 }), tenantId, name, since).execute()
  })
}

/** Changes the stored state of the job. Throws when another process has taken it over. */
export async function changeBackfill(
  { store, clock }: Pick<BackfillDeps, 'store' | 'clock'>,
  { tenant_id: tenantId, name, since_version: since }: VelocityFeatureTable,
  job: string,
  change: (state: BackfillState) => BackfillState,
): Promise<void> {
  await store.transaction({ tenantId }, async ({ db }) => {
    const now = await findDeclaredFeature(db, tenantId, name)
    const state = now && backfillOf(now)
    if (now?.since_version !== since || state?.job !== job) throw new BackfillTakenError()
    await saveBackfill(db, now, change(state), clock())
  })
}

/** Within a transaction of the tenant, so that no other process does the same at that time. */
export async function saveBackfill(db: Db, row: VelocityFeatureTable, state: BackfillState, at: number): Promise<void> {
  const set = db.updateTable('velocity_features').set({ backfill: JSON.stringify(state), updated_at: at })
  await ofRow(set, row.tenant_id, row.name, row.since_version).execute()
}

function ofRow<T extends { where(column: 'tenant_id' | 'name' | 'since_version', is: '=', value: string | number): T }>(
  query: T,
  tenantId: string,
  name: string,
  since: number,
): T {
  return query.where('tenant_id', '=', tenantId).where('name', '=', name).where('since_version', '=', since)
}

/** The items, with a pause after each that is longer than the work it made: the process has other things to do. */
async function* paced<T>({ signal }: Pick<BackfillDeps, 'signal'>, items: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
  let began = performance.now()
  for await (const item of items) {
    yield item
    const worked = performance.now() - began
    await sleep(Math.min(250, worked * pauseFactor), undefined, { signal }).catch(() => undefined)
    began = performance.now()
  }
}

function hashOf(text: string): number {
  let bits = 0x811c9dc5
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193)
  return (bits ^ (bits >>> 15)) >>> 0
}
