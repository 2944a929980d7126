import { type Instance, isUndecided, type Policy, readsUserRecord, replayDecision, type Snapshot, signalReadsOf } from '@sallyport/engine'
import { z } from 'zod'
import { type InstancePath, instanceNotFound } from '../actions/settle-instance.ts'
import { describeSignIn } from '../authenticators/describe-sign-in.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { findPolicyAtDecision, type PolicyAtDecision } from '../configuration/find-policy-at-decision.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import { outcome } from '../rules/rule-json.ts'
import type { Store } from '../storage/store.ts'

const ruleDecision = z
  .object({
    outcome,
    ruleId: z.string().nullable(),
    ruleIds: z.array(z.string()),
    undeterminedRuleIds: z.array(z.string()),
    shadowRuleIds: z.array(z.string()),
  })
  .meta({ id: 'RuleDecision' })

const listAtDecision = z
  .object({
    alias: z.string(),
    version: z.int().nullable().meta({ description: '`null`: the list did not exist, or its version is no longer known.' }),
    contents: z
      .enum(['unchanged', 'rebuilt', 'absent', 'not_kept'])
      .meta({ description: '`not_kept`: its contents of that time are no longer stored, and those of today were used.' }),
  })
  .meta({ id: 'ListAtDecision' })

const featureAtDecision = z
  .object({
    name: z.string(),
    definition: z.looseObject({}),
    isInForce: z
      .boolean()
      .meta({ description: 'It counts the same today. The value of that time is stored with the decision in any case.' }),
  })
  .meta({ id: 'FeatureAtDecision' })

export const replayReply = z
  .object({
    identical: z.boolean().meta({ description: 'The recorded and the recomputed decision are the same, byte for byte.' }),
    decision: ruleDecision.meta({ description: 'The recorded decision.' }),
    recomputed: ruleDecision.optional().meta({ description: 'Absent: it cannot be computed again, see the notes.' }),
    decidedAt: z.string(),
    policyVersion: z.int(),
    configVersion: z.int(),
    dataVersion: z.string(),
    hasDataVersion: z.boolean().meta({ description: 'The IP data sets that were looked up are still the ones in use.' }),
    lists: z.array(listAtDecision).meta({ description: 'The value lists that the rules read.' }),
    features: z.array(featureAtDecision).meta({ description: 'The velocity features that the rules read, as they were declared then.' }),
    notes: z.array(z.string()),
  })
  .meta({ id: 'Replay' })

export interface ReplayInstanceDeps {
  store: Pick<Store, 'db' | 'findInstance' | 'loadSnapshot'>
  ip: Pick<IpIntelligence, 'dataVersion'>
  methods: readonly NamedMethod[]
}

/** What a decision is made from again. */
export interface ReplaySource {
  instance: Instance
  /** The policy that decided. `undefined`: it is no longer stored. */
  ofThen: PolicyAtDecision | undefined
  /** The record of the user, as it is now. */
  user: Snapshot['user']
}

/** Decides one instance again, by the version of the policy that decided it and the signal values that were stored with it. */
export async function replayInstance(deps: ReplayInstanceDeps, tenant: Tenant, path: InstancePath): Promise<z.infer<typeof replayReply>> {
  const { store } = deps
  const { tenantId } = tenant
  const instance = await store.findInstance({ tenantId, ...path })
  if (instance === undefined) throw instanceNotFound()
  const ofThen = isUndecided(instance) ? undefined : await findPolicyAtDecision(store.db, tenant, instance)
  const { user } = await store.loadSnapshot(tenantId, path.userId, [])
  return replayFrom(deps, tenant, { instance, ofThen, user })
}

/** As `replayInstance`, from what is loaded already. No rule has decided an instance that is undecided, whatever policy there was. */
export async function replayFrom(
  deps: ReplayInstanceDeps,
  { tenantId }: Tenant,
  { instance, user, ...source }: ReplaySource,
): Promise<z.infer<typeof replayReply>> {
  const hasDataVersion = instance.dataVersion === deps.ip.dataVersion
  const ofThen = isUndecided(instance) ? undefined : source.ofThen
  const policy = ofThen?.policy
  const replayed = policy && replayDecision(policy, instance, user)
  const { ruleIds, undeterminedRuleIds, shadowRuleIds } = instance
  const recorded = { outcome: instance.outcome, ruleId: ruleIds[0] ?? null, ruleIds, undeterminedRuleIds, shadowRuleIds }
  return {
    identical: replayed?.identical ?? false,
    decision: mutable(recorded),
    recomputed: replayed && mutable(replayed.recomputed),
    decidedAt: toIso(instance.createdAt),
    policyVersion: instance.policyVersion,
    configVersion: instance.configVersion,
    dataVersion: instance.dataVersion,
    hasDataVersion,
    lists: (ofThen?.lists ?? []).map(({ alias, version, contents }) => ({ alias, version, contents })),
    features: policy === undefined ? [] : await featuresAtDecision(deps, tenantId, instance, policy),
    notes: [
      ...(isUndecided(instance) ? [describeSignIn(deps.methods, instance)] : []),
      ...(ofThen === undefined ? [] : await changesSince(deps, tenantId, instance, ofThen)),
      ...(policy === undefined && !isUndecided(instance) ? [`Version ${instance.policyVersion} of the policy is no longer stored.`] : []),
      ...(hasDataVersion || isUndecided(instance)
        ? []
        : [
            `The IP data sets of that time (${instance.dataVersion}) are no longer in use. Their result is stored with the decision and was used here.`,
          ]),
    ],
  }
}

/** Data that the rules read besides the instance and that are no longer known. */
async function changesSince(
  { store }: ReplayInstanceDeps,
  tenantId: string,
  instance: Instance,
  { policy, lists }: PolicyAtDecision,
): Promise<string[]> {
  const notes: string[] = []
  for (const { alias, contents, changedAt } of lists) {
    if (contents !== 'not_kept') continue
    const since = changedAt === undefined ? '' : `, last on ${toIso(changedAt)}`
    notes.push(`The list \`${alias}\` has changed since${since}, and its contents of that time are no longer stored; today's were used.`)
  }
  // Kept with the decision, unless an earlier release made it.
  if (readsUserRecord(signalReadsOf([policy])) && instance.userRead === undefined) {
    const user = await store.db
      .selectFrom('users')
      .select('updated_at')
      .where('tenant_id', '=', tenantId)
      .where('user_id', '=', instance.userId)
      .executeTakeFirst()
    if ((user?.updated_at ?? 0) > instance.createdAt) {
      notes.push("The rules read stored user data that were not saved with this decision and have changed since; today's values were used.")
    }
  }
  return notes
}

/** The features that were declared when it was decided: a decision names the version of the configuration. */
async function featuresAtDecision(
  { store }: ReplayInstanceDeps,
  tenantId: string,
  { configVersion }: Instance,
  policy: Policy,
): Promise<z.infer<typeof featureAtDecision>[]> {
  const names = signalReadsOf([policy]).features
  if (names.length === 0) return []
  const rows = await store.db
    .selectFrom('velocity_features')
    .where('tenant_id', '=', tenantId)
    .where('name', 'in', names)
    .where('since_version', '<=', configVersion)
    .where((where) => where.or([where('until_version', 'is', null), where('until_version', '>', configVersion)]))
    .orderBy('name')
    .select(['name', 'definition', 'until_version'])
    .execute()
  return rows.map(({ name, definition, until_version }) => ({
    name,
    definition: JSON.parse(definition) as Record<string, unknown>,
    isInForce: until_version === null,
  }))
}

function mutable<T extends { ruleIds: readonly string[]; undeterminedRuleIds: readonly string[]; shadowRuleIds: readonly string[] }>(
  decision: T,
) {
  const { ruleIds, undeterminedRuleIds, shadowRuleIds } = decision
  return { ...decision, ruleIds: [...ruleIds], undeterminedRuleIds: [...undeterminedRuleIds], shadowRuleIds: [...shadowRuleIds] }
}
