import { randomBytes } from 'node:crypto'
import type { Decided, Entity, EntityRef, Snapshot } from '@sallyport/engine'
import type { DecideRequest, DecideResult } from '../deciding-store.ts'
import { encodeBody } from '../instance-row.ts'
import { StoreUnavailableError } from '../store-errors.ts'
import { withTracked } from '../stored-user.ts'
import type { Connections, Run } from './connections.ts'
import { findInstance, repeatedTexts } from './instance-rows.ts'
import { lockEntities } from './lock-rows.ts'
import { StaleReadError, toStoreError } from './postgres-errors.ts'
import { type ReadEntity, type ReadUser, readSnapshots } from './read-snapshots.ts'
import { runAgain } from './run-again.ts'
import type { SharedDictionary } from './shared-dictionary.ts'
import { type ChangeSet, type EntityChange, inLockOrder, writeChanges } from './write-changes.ts'

/** One call of `Store.decide`. */
export interface DecideJob {
  request: DecideRequest
  decide: (snapshot: Snapshot) => Decided
  user: NamedEntity
  /** Entities that it reads besides its facts: those in the request. */
  reads: readonly NamedEntity[]
}

/** An entity with a name of its own among those of all tenants. */
export interface NamedEntity {
  name: string
  ref: EntityRef
}

export type DecideOutcome = { ok: true; result: DecideResult } | { ok: false; reason: unknown }

export interface DecideBatchDeps {
  connections: Connections
  dictionary: SharedDictionary
}

/**
 * Decides for some users of one tenant, each of them once, one after the other on what they share: reads in one round trip, decides, writes in one round
 * trip, all of it or nothing. Never rejects; the outcomes are in the order of the jobs.
 *
 * A lost connection is tried once more even if what was written may have been committed: then the idempotency key finds it. After a conflict the batch
 * holds locks, so it gets its turn.
 */
export async function runDecideBatch(deps: DecideBatchDeps, tenantId: string, jobs: readonly DecideJob[]): Promise<DecideOutcome[]> {
  try {
    return await runAgain(
      (conflicts) => (conflicts === 0 ? decideOptimistically(deps, tenantId, jobs) : decideHoldingLocks(deps, tenantId, jobs)),
      { maxLosses: 1, learn: deps.dictionary.learn },
    )
  } catch (error) {
    const reason = toStoreError(error)
    if (jobs.length === 1 || reason instanceof StoreUnavailableError) return jobs.map(() => ({ ok: false, reason }))
    // One of them has something that cannot be written. That is not the others' fault.
    const outcomes: DecideOutcome[] = []
    for (const job of jobs) outcomes.push(...(await runDecideBatch(deps, tenantId, [job])))
    return outcomes
  }
}

async function decideOptimistically(deps: DecideBatchDeps, tenantId: string, jobs: readonly DecideJob[]): Promise<DecideOutcome[]> {
  const plan = await decideAll(deps.dictionary, deps.connections.run, tenantId, jobs)
  return loadExisting(deps, plan)
}

async function decideHoldingLocks(deps: DecideBatchDeps, tenantId: string, jobs: readonly DecideJob[]): Promise<DecideOutcome[]> {
  const plan = await deps.connections.inTransaction(async (run) => {
    await lockEntities(run, tenantId, [...distinctRefs(jobs).values()])
    return decideAll(deps.dictionary.within(run), run, tenantId, jobs)
  })
  return loadExisting(deps, plan)
}

type Planned = DecideOutcome | { existing: DecideRequest['key']; snapshot: Snapshot }

async function decideAll(dictionary: SharedDictionary, run: Run, tenantId: string, jobs: readonly DecideJob[]): Promise<Planned[]> {
  const refs = distinctRefs(jobs)
  const wanted = jobs.map(({ request }) => request.key)
  const { users, entities } = await readSnapshots(run, tenantId, wanted, [...refs.values()])
  const known = new Map<string, KnownEntity>()
  for (const name of refs.keys()) known.set(name, { ...(entities[known.size] as ReadEntity), isChanged: false })
  const planned = jobs.map((job, index) => decideOne(job, users[index], known))
  const decided = planned.flatMap((outcome) => ('ok' in outcome && outcome.ok && outcome.result.isNew ? [outcome.result.instance] : []))
  if (decided.length === 0) return planned
  await dictionary.learn(decided.flatMap(repeatedTexts))
  const changed = [...known.values()].filter(({ isChanged }) => isChanged).sort((a, b) => inLockOrder(a.ref, b.ref))
  const changes: ChangeSet = { entities: changed.map(toChange), instances: [], users: [], devices: [] }
  for (const instance of decided) {
    const { userId, action, idempotencyKey, createdAt } = instance
    changes.instances.push({ userId, action, idempotencyKey, createdAt, body: encodeBody(instance, dictionary) })
  }
  for (const [index, outcome] of planned.entries()) {
    const [job, user] = [jobs[index], users[index]]
    if ('ok' in outcome && outcome.ok && outcome.result.isNew && job && user) notePeople(changes, job.request, user)
  }
  await writeChanges(run, tenantId, changes)
  return planned
}

/** An entity as the next decision of the batch sees it. */
interface KnownEntity extends ReadEntity {
  isChanged: boolean
}

function toChange({ ref, version, value }: KnownEntity): EntityChange {
  return { ref, version, body: value === undefined ? null : JSON.stringify(value) }
}

/**
 * Entities that a decision only reads are not written, locked or compared again: the decision counts as made before any change of them by others. Its user,
 * and the entities that it changes, nobody else has changed since they were read.
 */
function decideOne(job: DecideJob, user: ReadUser | undefined, known: ReadonlyMap<string, KnownEntity>): Planned {
  if (user === undefined) throw new Error('every user has an answer')
  const { request, decide } = job
  const read = job.reads.flatMap(({ name }) => known.get(name) ?? [])
  const entities: Partial<Record<EntityRef['kind'], Entity>> = {}
  for (const { ref, value } of read) if (value !== undefined) entities[ref.kind] = value
  const snapshot: Snapshot = { user: withTracked(user.facts, request.user), entities }
  if (user.existingSince !== null) return { existing: request.key, snapshot }
  let decided: Decided
  try {
    decided = decide(snapshot)
  } catch (reason) {
    return { ok: false, reason }
  }
  for (const entity of read) {
    const value = decided.changes.entities[entity.ref.kind]
    if (value === undefined) continue
    entity.value = value
    entity.isChanged = true
  }
  // The user's row changes with every decision, so that a decision or a change of the same user at the same time finds out.
  const own = known.get(job.user.name)
  if (own !== undefined) own.isChanged = true
  return { ok: true, result: { isNew: true, instance: decided.changes.instance, decided, snapshot } }
}

function notePeople({ users, devices }: ChangeSet, { key: { userId }, user, deviceId, at }: DecideRequest, { facts }: ReadUser): void {
  const { email, phoneNumber, username } = withTracked(facts, user)
  const isNews = email !== facts.email || phoneNumber !== facts.phoneNumber || username !== facts.username
  if (facts.createdAt === null || isNews) {
    users.push({ userId, userHandle: randomBytes(32).toString('base64url'), email, phoneNumber, username, at })
  }
  if (deviceId !== null && !facts.devices.some((device) => device.deviceId === deviceId)) devices.push({ userId, deviceId, at })
}

async function loadExisting({ connections, dictionary }: DecideBatchDeps, planned: readonly Planned[]): Promise<DecideOutcome[]> {
  const outcomes: DecideOutcome[] = []
  for (const plan of planned) {
    if ('ok' in plan) {
      outcomes.push(plan)
      continue
    }
    const { existing, snapshot } = plan
    try {
      const instance = await findInstance(connections.run, dictionary, existing)
      if (instance === undefined) throw new StaleReadError()
      outcomes.push({ ok: true, result: { isNew: false, instance, snapshot } })
    } catch (error) {
      outcomes.push({ ok: false, reason: toStoreError(error) })
    }
  }
  return outcomes
}

/** By name. */
function distinctRefs(jobs: readonly DecideJob[]): Map<string, EntityRef> {
  const refs = new Map<string, EntityRef>()
  for (const { user, reads } of jobs) {
    refs.set(user.name, user.ref)
    for (const { name, ref } of reads) refs.set(name, ref)
  }
  return refs
}
