import {
  compilePolicy,
  createBacktest,
  createFrictionCurve,
  createShadowCounter,
  createVictimSample,
  type PastInstance,
  type Policy,
  type PolicyContext,
  type PolicyDefinition,
  readsUserRecord,
  type SignalReads,
  signalReadsOf,
  storedCustomOf,
  storedPlacesOf,
  type UserRecord,
} from '@sallyport/engine'
import { LRUCache } from 'lru-cache'
import type { HistoryBatch, HistoryQuery, InstanceHistory } from '../storage/instance-history.ts'
import type { BacktestJob, FrictionJob, HistoryJob, HistoryResults, Progress, ShadowJob, UndeterminedJob } from './history-job.ts'

type OnProgress = (progress: Progress) => void

/** Does a job over the history. Ends early, with an error of the caller's, only when `onProgress` throws. */
export async function runHistoryJob(
  history: InstanceHistory,
  job: HistoryJob,
  onProgress: OnProgress,
): Promise<HistoryResults[HistoryJob['kind']]> {
  switch (job.kind) {
    case 'backtest':
      return runBacktest(history, job, onProgress)
    case 'shadow':
      return runShadow(history, job, onProgress)
    case 'friction':
      return runFriction(history, job, onProgress)
    case 'undetermined':
      return runUndetermined(history, job, onProgress)
  }
}

async function runBacktest(history: InstanceHistory, job: BacktestJob, onProgress: OnProgress): Promise<HistoryResults['backtest']> {
  const { tenantId, action, from, to, deriveFeatures } = job
  const definitions = job.inForce === null ? [job.draft] : [job.draft, job.inForce]
  const lists = await loadLists(history, tenantId, signalReadsOf(definitions.map(withoutLists)).lists)
  const context: PolicyContext = { lists, enabledMethods: [], configVersion: job.configVersion }
  const draft = compilePolicy(job.draft, { ...context, lists: new Map([...lists, ...job.draftLists]) })
  const inForce = job.inForce === null ? undefined : compilePolicy(job.inForce, context)
  const reads = signalReadsOf(inForce === undefined ? [draft] : [draft, inForce])
  const loadUser = readsUserRecord(reads) ? createUserLoader(history, tenantId) : undefined
  const backtest = createBacktest({ draft, inForce, deriveFeatures })
  await each(history, queryOf(job, reads), onProgress, (instance) => {
    if (instance.action === action && instance.createdAt >= from && instance.createdAt < to) {
      return withUser(loadUser, instance, (user) => backtest.addInstance(instance, user))
    }
    backtest.observe(instance)
  })
  return backtest.result()

  function queryOf(window: BacktestJob, reads: SignalReads): HistoryQuery {
    if (deriveFeatures.length === 0) return { tenantId, actions: [action], from, to, ...storedPartsOf(reads) }
    // The first counts of a window come from events before it.
    const earliest = window.from - Math.max(...deriveFeatures.map(({ windowMinutes }) => windowMinutes)) * 60_000
    const counted = deriveFeatures.flatMap(({ actions }) => actions ?? [])
    const isOfAll = deriveFeatures.some(({ actions }) => actions === undefined)
    return { tenantId, actions: isOfAll ? undefined : [...new Set([action, ...counted])], from: earliest, to }
  }
}

async function runShadow(history: InstanceHistory, job: ShadowJob, onProgress: OnProgress): Promise<HistoryResults['shadow']> {
  const counter = createShadowCounter(job.inForce)
  const { tenantId, action, from, to } = job
  await each(history, { tenantId, actions: [action], from, to, signals: [], custom: [] }, onProgress, (instance) =>
    counter.addInstance(instance),
  )
  return counter.result()
}

async function runFriction(history: InstanceHistory, job: FrictionJob, onProgress: OnProgress): Promise<HistoryResults['friction']> {
  const curve = createFrictionCurve(job)
  const rule = { ruleId: '', name: '', priority: 0, outcome: 'CHALLENGE', mode: 'active', conditions: { var: job.signal } } as const
  const { tenantId, action, from, to } = job
  const reads = signalReadsOf([withoutLists({ ...emptyPolicy, action, rules: [rule] })])
  const loadUser = readsUserRecord(reads) ? createUserLoader(history, tenantId) : undefined
  const victims = job.mostVictims === 0 ? undefined : createVictimSample(job.mostVictims)
  await each(history, { tenantId, actions: [action], from, to, ...storedPartsOf(reads) }, onProgress, (instance) => {
    victims?.addInstance(instance)
    return withUser(loadUser, instance, (user) => curve.addInstance(instance, user))
  })
  return { ...curve.result(), victims: victims?.result() ?? [], extreme: curve.extreme(0.05) }
}

/** Windows that are tried one after the other, the shortest first: the last instances are wanted, and a history is read from its beginning. */
const windowsMs = [60 * 60_000, 24 * 60 * 60_000, Number.POSITIVE_INFINITY]
/** Instances read in one window, at most. */
const mostRead = 20_000

/** Rules that count events are left out: what a new feature would have counted is not on record. */
async function runUndetermined(
  history: InstanceHistory,
  { tenantId, action, from, to, policy, mostInstances }: UndeterminedJob,
  onProgress: OnProgress,
): Promise<HistoryResults['undetermined']> {
  const rules = policy.rules.filter((rule) => signalReadsOf([withoutLists({ ...policy, rules: [rule] })]).features.length === 0)
  const definition = { ...policy, rules }
  const { lists: aliases } = signalReadsOf([withoutLists(definition)])
  const stored = await loadLists(history, tenantId, aliases)
  // A list that is not saved yet is there, whatever is in it.
  const lists = new Map(aliases.map((alias) => [alias, stored.get(alias) ?? new Set<string | number>()]))
  const draft = compilePolicy(definition, { lists, enabledMethods: [], configVersion: 0 })
  const reads = signalReadsOf([draft])
  const loadUser = readsUserRecord(reads) ? createUserLoader(history, tenantId) : undefined
  const last: PastInstance[] = []
  for (const windowMs of windowsMs) {
    last.length = 0
    const query = { tenantId, actions: [action], from: Math.max(from, to - windowMs), to, ...storedPartsOf(reads) }
    let read = 0
    for await (const { instances, done } of history.read(query)) {
      last.push(...instances)
      if (last.length > mostInstances) last.splice(0, last.length - mostInstances)
      read += instances.length
      onProgress({ done, instances: read })
      if (read >= mostRead) break
    }
    if (last.length === mostInstances) break
  }
  const backtest = createBacktest({ draft, deriveFeatures: [] })
  for (const instance of last) await withUser(loadUser, instance, (user) => backtest.addInstance(instance, user))
  const scores = backtest.result().rules
  return { instances: last.length, undetermined: Object.fromEntries(scores.map(({ ruleId, undetermined }) => [ruleId, undetermined])) }
}

const emptyPolicy = { version: 0, defaultOutcome: 'ALLOW', whenUnenrolled: 'ENROLL', verificationMethods: [] } as const

/** Compiled to be looked at, not to decide. */
function withoutLists(definition: Omit<PolicyDefinition, 'verificationMethods'>): Policy {
  return compilePolicy({ ...definition, verificationMethods: [] }, { lists: new Map(), enabledMethods: [], configVersion: 0 })
}

/** The parts of an instance that are read, so that the others need not be loaded. */
function storedPartsOf(reads: SignalReads): Pick<HistoryQuery, 'signals' | 'custom'> {
  return { signals: storedPlacesOf(reads), custom: storedCustomOf(reads) }
}

async function each(
  history: InstanceHistory,
  query: HistoryQuery,
  onProgress: OnProgress,
  visit: (instance: PastInstance) => void | Promise<void>,
): Promise<void> {
  let instances = 0
  for await (const batch of history.read(query)) {
    await visitAll(batch, visit)
    instances += batch.instances.length
    onProgress({ done: batch.done, instances })
  }
}

/** A million turns of the event loop take their time: this takes one only where it must. */
async function visitAll({ instances }: HistoryBatch, visit: (instance: PastInstance) => void | Promise<void>): Promise<void> {
  for (const instance of instances) {
    const visited = visit(instance)
    if (visited instanceof Promise) await visited
  }
}

async function loadLists({ db }: InstanceHistory, tenantId: string, aliases: readonly string[]): Promise<PolicyContext['lists']> {
  if (aliases.length === 0) return new Map()
  const rows = await db
    .selectFrom('value_lists')
    .select(['alias', 'items'])
    .where('tenant_id', '=', tenantId)
    .where('is_active', '=', 1)
    .where('alias', 'in', aliases)
    .execute()
  return new Map(rows.map(({ alias, items }) => [alias, new Set<string | number>(JSON.parse(items))]))
}

type UserLoader = (userId: string) => UserRecord | Promise<UserRecord>

/** Waits only where there is something to wait for. */
function withUser(
  load: UserLoader | undefined,
  { userId }: PastInstance,
  add: (user: UserRecord | undefined) => void,
): void | Promise<void> {
  const user = load?.(userId)
  return user instanceof Promise ? user.then(add) : add(user)
}

/** The records of users as they are now; the most recently used ones stay in memory. */
function createUserLoader({ db }: InstanceHistory, tenantId: string): UserLoader {
  const known = new LRUCache<string, UserRecord>({ max: 20_000 })
  async function load(userId: string): Promise<UserRecord> {
    const row = await db
      .selectFrom('users')
      .select(['email', 'phone_number', 'custom'])
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', userId)
      .executeTakeFirst()
    const user = {
      email: row?.email ?? null,
      phoneNumber: row?.phone_number ?? null,
      custom: Object.assign(Object.create(null), row && JSON.parse(row.custom)),
    }
    known.set(userId, user)
    return user
  }
  return (userId) => known.get(userId) ?? load(userId)
}
