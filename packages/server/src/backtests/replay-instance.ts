import { type Instance, isUndecided, type Policy, readsUserRecord, replayDecision, signalReadsOf } from '@sallyport/engine'
import { z } from 'zod'
import { findPolicy } from '../actions/find-policy.ts'
import { type InstancePath, instanceNotFound } from '../actions/settle-instance.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import { outcome } from '../rules/rule-json.ts'
import type { Store } from '../storage/store.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { iso } from './backtest-json.ts'

const ruleDecision = z
  .object({
    outcome,
    ruleId: z.string().nullable(),
    ruleIds: z.array(z.string()),
    undeterminedRuleIds: z.array(z.string()),
    shadowRuleIds: z.array(z.string()),
  })
  .meta({ id: 'RuleDecision' })

export const replayReply = z
  .object({
    identical: z.boolean().meta({ description: 'The decision and what was computed again are the same, byte for byte.' }),
    decision: ruleDecision.meta({ description: 'As it was recorded.' }),
    recomputed: ruleDecision.optional().meta({ description: 'Absent: it can not be computed again, see the notes.' }),
    decidedAt: z.string(),
    policyVersion: z.int(),
    configVersion: z.int(),
    dataVersion: z.string(),
    hasDataVersion: z.boolean().meta({ description: 'The IP data sets that were looked up are still the ones in use.' }),
    notes: z.array(z.string()),
  })
  .meta({ id: 'Replay' })

export interface ReplayInstanceDeps {
  store: Pick<Store, 'db' | 'findInstance' | 'loadSnapshot'>
  ip: Pick<IpIntelligence, 'dataVersion'>
}

/** Decides one instance again, by the version of the policy that decided it and the signal values that were stored with it. */
export async function replayInstance(deps: ReplayInstanceDeps, tenant: Tenant, path: InstancePath): Promise<z.infer<typeof replayReply>> {
  const { tenantId } = tenant
  const instance = await deps.store.findInstance({ tenantId, ...path })
  if (instance === undefined) throw instanceNotFound()
  const hasDataVersion = instance.dataVersion === deps.ip.dataVersion
  const policy = isUndecided(instance) ? undefined : await findPolicy(deps.store.db, tenant, instance)
  const replayed = policy && replayDecision(policy, instance, (await deps.store.loadSnapshot(tenantId, path.userId, [])).user)
  const { ruleIds, undeterminedRuleIds, shadowRuleIds } = instance
  const recorded = { outcome: instance.outcome, ruleId: ruleIds[0] ?? null, ruleIds, undeterminedRuleIds, shadowRuleIds }
  return {
    identical: replayed?.identical ?? false,
    decision: mutable(recorded),
    recomputed: replayed && mutable(replayed.recomputed),
    decidedAt: iso(instance.createdAt),
    policyVersion: instance.policyVersion,
    configVersion: instance.configVersion,
    dataVersion: instance.dataVersion,
    hasDataVersion,
    notes: [
      ...(isUndecided(instance) ? ['No rule decided this: it is a sign-in with a passkey.'] : []),
      ...(policy === undefined ? [] : await changesSince(deps, tenantId, instance, policy)),
      ...(policy === undefined && !isUndecided(instance)
        ? [`Version ${instance.policyVersion} of the policy is no longer on record.`]
        : []),
      ...(hasDataVersion || isUndecided(instance)
        ? []
        : [
            `The IP data sets of then (${instance.dataVersion}) are no longer in use. What they said of the address is stored with the decision, and was used here.`,
          ]),
    ],
  }
}

/** What the rules read besides the instance, and whether it is still what it was. */
async function changesSince({ store }: ReplayInstanceDeps, tenantId: string, instance: Instance, policy: Policy): Promise<string[]> {
  const notes: string[] = []
  const reads = signalReadsOf([policy])
  for (const alias of reads.lists) {
    const list = await store.db
      .selectFrom('value_lists')
      .select(['updated_at', 'is_active'])
      .where('tenant_id', '=', tenantId)
      .where('alias', '=', alias)
      .executeTakeFirst()
    if (list === undefined) notes.push(`The list \`${alias}\` is gone.`)
    else if (list.updated_at > instance.createdAt) notes.push(`The list \`${alias}\` has changed since, last on ${iso(list.updated_at)}.`)
  }
  // Kept with the decision, unless an earlier release made it.
  if (readsUserRecord(reads) && instance.userRead === undefined) {
    const user = await store.db
      .selectFrom('users')
      .select('updated_at')
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', instance.userId)
      .executeTakeFirst()
    if ((user?.updated_at ?? 0) > instance.createdAt) {
      notes.push(
        'The rules read what is on record of the user, which was not kept with this decision and has changed since; it was used as it is now.',
      )
    }
  }
  return notes
}

function mutable<T extends { ruleIds: readonly string[]; undeterminedRuleIds: readonly string[]; shadowRuleIds: readonly string[] }>(
  decision: T,
) {
  const { ruleIds, undeterminedRuleIds, shadowRuleIds } = decision
  return { ...decision, ruleIds: [...ruleIds], undeterminedRuleIds: [...undeterminedRuleIds], shadowRuleIds: [...shadowRuleIds] }
}
