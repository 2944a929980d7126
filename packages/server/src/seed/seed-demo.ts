import { systemActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import { type SaveRulesDeps, saveRules } from '../rules-document/save-rules.ts'
import type { SearchingStore } from '../storage/searching-store.ts'
import type { Db } from '../storage/store.ts'
import { demoRules } from './demo-rules.ts'
import { foldAlong } from './fold-along.ts'
import { planHistory } from './plan-history.ts'
import { createRandom } from './random.ts'
import type { Tally } from './tally.ts'
import { type WriteHistoryDeps, writeHistory } from './write-history.ts'

export type SeedDemoDeps = WriteHistoryDeps &
  SaveRulesDeps & {
    store: Pick<SearchingStore, 'foldReadSide'>
    tenants: TenantDirectory
    ip: IpIntelligence
  }

export interface SeedDemoInput {
  tenantId: string
  seed: string
  people: number
  days: number
  /** The end of the history, milliseconds UTC: now. */
  until: number
  /** Hears how many of the steps are done. */
  onProgress?(done: number, of: number): void
}

/** `seeded_before`: the history is there already. The others say why nothing was done. */
export type SeededDemo = { kind: 'seeded'; tally: Tally } | { kind: 'seeded_before' | 'has_users' | 'interrupted' | 'no_such_tenant' }

const dayMs = 86_400_000
const begun = 'demo.seed_begun'
const finished = 'demo.seeded'

/**
 * Gives a tenant the rules and the history of a bank. Refuses a tenant that has users, and one in which an earlier run was interrupted.
 *
 * The audit log says when it began and ended: every event in between is made up.
 */
export async function seedDemo(deps: SeedDemoDeps, input: SeedDemoInput): Promise<SeededDemo> {
  const { tenantId, seed, people, days, until, onProgress = () => undefined } = input
  const refusal = await findRefusal(deps.store.db, tenantId)
  if (refusal !== undefined) return { kind: refusal }
  const period = { from: until - days * dayMs, until }
  const parameters = { seed, people, days, until: new Date(until).toISOString() }
  const random = createRandom(seed)
  const ids = random.fork('ids')
  // Challenges of the past look expired to every purge, so none runs before the end.
  const made = { ...deps, newId: () => ids.uuid(), purge: async () => undefined }
  await putOnRecord(begun, period.from)
  const before = await deps.tenants.find(tenantId)
  if (before === undefined) return { kind: 'no_such_tenant' }
  const actor = systemActor('demo data')
  await saveRules({ ...made, clock: () => period.from }, before, demoRules, { actor, event: 'rules.replaced' })
  const tenant = await deps.tenants.find(tenantId)
  if (tenant === undefined) return { kind: 'no_such_tenant' }
  const steps = planHistory((address) => deps.ip.lookUp(address), { seed, people, period })
  const folding = foldAlong(deps.store)
  const tally = await writeHistory(made, tenant, steps, {
    seed,
    random,
    until,
    onProgress(done) {
      folding.done(done)
      onProgress(done, steps.length)
    },
  })
  await deps.purge()
  await folding.end()
  await putOnRecord(finished, until)
  return { kind: 'seeded', tally }

  async function putOnRecord(event: string, at: number): Promise<void> {
    await deps.store.transaction({ tenantId }, ({ db }) =>
      insertAuditEntry(db, made.newId(), { tenantId, at, actor: systemActor('demo data'), event, details: parameters }),
    )
  }
}

async function findRefusal(
  db: Db,
  tenantId: string,
): Promise<'no_such_tenant' | 'seeded_before' | 'has_users' | 'interrupted' | undefined> {
  const tenant = await db.selectFrom('tenants').where('tenant_id', '=', tenantId).select('tenant_id').executeTakeFirst()
  if (tenant === undefined) return 'no_such_tenant'
  const entries = await db
    .selectFrom('audit_log')
    .where('tenant_id', '=', tenantId)
    .where('event', 'in', [begun, finished])
    .select('event')
    .execute()
  if (entries.some(({ event }) => event === finished)) return 'seeded_before'
  if (entries.length > 0) return 'interrupted'
  const user = await db.selectFrom('users').where('tenant_id', '=', tenantId).select('user_id').limit(1).executeTakeFirst()
  return user === undefined ? undefined : 'has_users'
}
