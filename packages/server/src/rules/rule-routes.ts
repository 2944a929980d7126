import type { RuleDefinition } from '@sallyport/engine'
import { z } from 'zod'
import type { Actor } from '../audit/actor.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { policyContextOf } from '../configuration/load-tenant.ts'
import { existing, loadAction } from '../configuration/policy-row.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { App, Routes } from '../http/app-type.ts'
import { actionCode } from '../http/identifier.ts'
import { refuseOther } from '../http/refuse-other.ts'
import { actionConfigurationPrefixes } from './action-configuration-routes.ts'
import { checkRule } from './check-rule.ts'
import type { RuleWarning } from './check-rules.ts'
import { isProposed } from './needs-approval.ts'
import { proposal } from './proposal-json.ts'
import {
  applyRulePatch,
  maxPriority,
  type RulePatch,
  ruleCreateBody,
  rulePatchBody,
  ruleReply,
  type SaveQuery,
  saveQuery,
  toRuleJson,
} from './rule-json.ts'
import { ruleOf } from './rule-of.ts'
import { type SavePolicyDeps, savePolicy } from './save-policy.ts'
import { warnListAge } from './warn-list-age.ts'
import { type WarnUndeterminedDeps, warnUndetermined } from './warn-undetermined.ts'

const actionParams = z.object({ actionCode })
const ruleParams = z.object({ actionCode, ruleId: z.string().max(64) })
const deleted = z.object({ success: z.literal(true) })

type RuleFinding = Pick<RuleWarning, 'path' | 'message'>
type SaveRuleDeps = SavePolicyDeps & WarnUndeterminedDeps

export const ruleRoutes: Routes<SaveRuleDeps> = (app, deps) => {
  for (const prefix of actionConfigurationPrefixes) addRuleRoutes(app, deps, prefix.path, prefix.hide)
}

function addRuleRoutes(app: App, deps: SaveRuleDeps, prefix: string, hide: boolean): void {
  const tags = ['rules']
  const one = `${prefix}/:actionCode/rules/:ruleId`

  app.get(
    `${prefix}/:actionCode/rules`,
    { schema: { hide, tags, summary: 'List the rules of an action', params: actionParams, response: { 200: z.array(ruleReply) } } },
    async (request) => {
      const tenant = tenantOf(request)
      const { definition } = await loadAction(deps.store.db, tenant.tenantId, request.params.actionCode)
      return definition.rules.map((rule) => reply(tenant, definition, rule))
    },
  )

  app.post(
    `${prefix}/:actionCode/rules`,
    {
      schema: {
        hide,
        tags,
        summary: 'Create a rule',
        description: 'Makes a new version of the action’s policy, in force at once. The action must exist.',
        params: actionParams,
        querystring: saveQuery,
        body: ruleCreateBody,
        response: { 200: ruleReply, 202: proposal },
      },
    },
    async (request, answer) => {
      const created = await createRule(deps, tenantOf(request), actorOf(request), request.params.actionCode, {
        ...request.body,
        ...request.query,
      })
      if (!isProposed(created)) return created
      answer.code(202)
      return created.proposal
    },
  )

  app.get(one, { schema: { hide, tags, summary: 'Get a rule', params: ruleParams, response: { 200: ruleReply } } }, async (request) => {
    const tenant = tenantOf(request)
    const { definition } = await loadAction(deps.store.db, tenant.tenantId, request.params.actionCode)
    return reply(tenant, definition, ruleOf(definition.rules, request.params.ruleId))
  })

  app.patch(
    one,
    {
      schema: {
        hide,
        tags,
        summary: 'Change a rule',
        params: ruleParams,
        querystring: saveQuery,
        body: rulePatchBody,
        response: { 200: ruleReply, 202: proposal },
      },
    },
    async (request, answer) => {
      const updated = await updateRule(deps, tenantOf(request), actorOf(request), request.params, { ...request.body, ...request.query })
      if (!isProposed(updated)) return updated
      answer.code(202)
      return updated.proposal
    },
  )

  app.delete(
    one,
    {
      schema: {
        hide,
        tags,
        summary: 'Delete a rule',
        params: ruleParams,
        querystring: saveQuery,
        response: { 200: deleted, 202: proposal },
      },
    },
    async (request, answer) => {
      const gone = await deleteRule(deps, tenantOf(request), actorOf(request), request.params, request.query)
      if (!isProposed(gone)) return { success: true as const }
      answer.code(202)
      return gone.proposal
    },
  )
}

async function createRule(
  deps: SaveRuleDeps,
  tenant: Tenant,
  actor: Actor,
  code: string,
  body: z.infer<typeof ruleCreateBody> & SaveQuery,
) {
  refuseOther(body, { tenantId: tenant.tenantId, actionCode: code })
  const ruleId = body.ruleId ?? deps.newId()
  let warnings: RuleFinding[] = []
  const result = await savePolicy(deps, ruleChange(tenant, actor, code, 'rule.created', body), (current) => {
    const { definition: before, settings } = existing(current, code)
    if (before.rules.some((other) => other.ruleId === ruleId)) throw new ApiError('already_exists', `there is already a rule \`${ruleId}\``)
    const priority = body.priority ?? freePriority(before.rules)
    const rule = applyRulePatch({ ruleId, name: body.name, priority, outcome: body.type, mode: 'active' }, body)
    warnings = checkRule(tenant, rule, { others: before.rules, features: policyContextOf(tenant).features, at: deps.clock() })
    return { definition: { ...before, rules: byPriority([...before.rules, rule]) }, settings }
  })
  if (isProposed(result)) return result
  const { definition } = result
  const saved = ruleOf(definition.rules, ruleId)
  return reply(tenant, definition, saved, [
    ...warnings,
    ...(await warnUndetermined(deps, tenant, definition, [saved])),
    ...warnListAge(deps, [saved]),
  ])
}

async function updateRule(
  deps: SaveRuleDeps,
  tenant: Tenant,
  actor: Actor,
  { actionCode: code, ruleId }: z.infer<typeof ruleParams>,
  body: RulePatch & SaveQuery,
) {
  refuseOther(body, { tenantId: tenant.tenantId, actionCode: code, ruleId })
  let warnings: RuleFinding[] = []
  const result = await savePolicy(deps, ruleChange(tenant, actor, code, 'rule.updated', body), (current) => {
    const { definition: before, settings } = existing(current, code)
    const inForce = ruleOf(before.rules, ruleId)
    const rule = applyRulePatch(inForce, body)
    const others = before.rules.filter((other) => other.ruleId !== ruleId)
    warnings = checkRule(tenant, rule, { others, features: policyContextOf(tenant).features, inForce, at: deps.clock() })
    return { definition: { ...before, rules: byPriority([...others, rule]) }, settings }
  })
  if (isProposed(result)) return result
  const { definition } = result
  const saved = ruleOf(definition.rules, ruleId)
  return reply(tenant, definition, saved, [
    ...warnings,
    ...(await warnUndetermined(deps, tenant, definition, [saved])),
    ...warnListAge(deps, [saved]),
  ])
}

async function deleteRule(
  deps: SaveRuleDeps,
  tenant: Tenant,
  actor: Actor,
  { actionCode: code, ruleId }: z.infer<typeof ruleParams>,
  query: SaveQuery,
) {
  return savePolicy(deps, ruleChange(tenant, actor, code, 'rule.deleted', query), (current) => {
    const { definition, settings } = existing(current, code)
    const gone = ruleOf(definition.rules, ruleId)
    return { definition: { ...definition, rules: definition.rules.filter((rule) => rule !== gone) }, settings }
  })
}

/** After the last rule; where there is no room, the last free place. */
function freePriority(rules: readonly RuleDefinition[]): number {
  const taken = new Set(rules.map(({ priority }) => priority))
  const next = Math.max(-1, ...taken) + 1
  if (next <= maxPriority) return next
  for (let free = maxPriority; free > 0; free--) if (!taken.has(free)) return free
  return 0
}

function ruleChange(
  tenant: Tenant,
  actor: Actor,
  code: string,
  event: string,
  body: { expectedPolicyVersion?: number | undefined; message?: string | undefined } & SaveQuery,
) {
  const { expectedPolicyVersion: expectedVersion, message, ignoreFailingTests, propose } = body
  return { tenantId: tenant.tenantId, actionCode: code, actor, event, expectedVersion, message, ignoreFailingTests, propose }
}

function byPriority(rules: RuleDefinition[]): RuleDefinition[] {
  return rules.sort((a, b) => a.priority - b.priority)
}

function reply(tenant: Tenant, policy: { action: string; version: number }, rule: RuleDefinition, warnings: readonly RuleFinding[] = []) {
  const json = toRuleJson(rule, { tenantId: tenant.tenantId, actionCode: policy.action, policyVersion: policy.version })
  return warnings.length === 0 ? json : { ...json, warnings: warnings.map(({ path, message }) => ({ path, message })) }
}
