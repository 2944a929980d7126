import { diffPolicies, type PolicyDefinition } from '@sallyport/engine'
import { z } from 'zod'
import { type Actor, actorJson } from '../audit/actor.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { policyContextOf } from '../configuration/load-tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { actionCode } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'
import { queryNumber, versionNumber } from '../http/query-number.ts'
import type { Db } from '../storage/store.ts'
import { checkMethods } from './check-rule.ts'
import { checkRules, type RuleWarning } from './check-rules.ts'
import { explainOptionsOf } from './explain-options.ts'
import { isProposed } from './needs-approval.ts'
import { policyChange } from './policy-change-json.ts'
import { proposal } from './proposal-json.ts'
import { saveQuery } from './rule-json.ts'
import { type SavePolicyDeps, savePolicy } from './save-policy.ts'
import { warnListAge } from './warn-list-age.ts'
import { type WarnUndeterminedDeps, warnUndetermined } from './warn-undetermined.ts'

const params = z.object({ actionCode })
const versionParam = queryNumber(versionNumber)
const versionParams = z.object({ actionCode, version: versionParam })
const diffParams = z.object({ actionCode, a: versionParam, b: versionParam })
const summary = z.object({
  version: z.int(),
  createdAt: z.string(),
  author: z.string(),
  actor: actorJson.optional().meta({ description: 'Who saved it. Absent: written by an earlier release.' }),
  message: z.string().optional(),
})
const version = summary.extend({ policy: z.looseObject({}) }).meta({ id: 'PolicyVersion' })
const restored = version
  .extend({
    warnings: z
      .array(z.object({ ruleId: z.string(), path: z.string(), message: z.string() }))
      .meta({ description: 'What looks wrong about the rules that are in force again. Empty: nothing does.' }),
  })
  .meta({ id: 'RestoredPolicyVersion' })
const diff = z.object({ from: z.int(), to: z.int(), changes: z.array(policyChange) }).meta({ id: 'PolicyDiff' })

/** Management API: the numbered versions of an action's policy. */
export const policyVersionRoutes: Routes<SavePolicyDeps & WarnUndeterminedDeps> = (app, deps) => {
  const tags = ['policy versions']
  const base = '/action-configurations/:actionCode/policy-versions'

  app.get(
    base,
    { schema: { tags, summary: 'List the versions of a policy, newest first', params, response: { 200: z.array(summary) } } },
    async (request) => {
      const rows = await versions(deps.store.db, tenantOf(request).tenantId, request.params.actionCode)
        .select(['version', 'created_at', 'author', 'message', 'actor'])
        .orderBy('version', 'desc')
        .execute()
      if (rows.length === 0) throw new ApiError('not_found', `there is no action \`${request.params.actionCode}\``)
      return rows.map(toSummary)
    },
  )

  app.get(
    `${base}/:version`,
    { schema: { tags, summary: 'Read one version of a policy', params: versionParams, response: { 200: version } } },
    async (request) => {
      const row = await loadVersion(deps.store.db, tenantOf(request).tenantId, request.params)
      return { ...toSummary(row), policy: JSON.parse(row.definition) as Record<string, unknown> }
    },
  )

  app.get(
    `${base}/:a/diff/:b`,
    {
      schema: {
        tags,
        summary: 'Compare two versions of a policy',
        description: 'Each change from `a` to `b`, as data and as a plain sentence.',
        params: diffParams,
        response: { 200: diff },
      },
    },
    async (request) => {
      const tenant = tenantOf(request)
      const { actionCode: code, a, b } = request.params
      const from = await loadDefinition(deps.store.db, tenant.tenantId, code, a)
      const to = await loadDefinition(deps.store.db, tenant.tenantId, code, b)
      const options = await explainOptionsOf(deps.store.db, tenant)
      return { from: a, to: b, changes: diffPolicies(from, to, options).map((change) => ({ ...change })) }
    },
  )

  app.post(
    `${base}/:version/restore`,
    {
      schema: {
        tags,
        summary: 'Restore an earlier version',
        description: 'Makes a new version with the same content.',
        params: versionParams,
        querystring: z.strictObject({
          ...saveQuery.shape,
          expectedPolicyVersion: queryNumber(
            z.number().int().optional().meta({ description: 'Refuses with 409 if the policy has changed since.' }),
          ),
        }),
        response: { 200: restored, 202: proposal },
      },
    },
    async (request, answer) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const { actionCode: code, version: number } = request.params
      const { ignoreFailingTests, propose, expectedPolicyVersion: expectedVersion } = request.query
      const earlier = await loadDefinition(deps.store.db, tenantId, code, number)
      const message = `restored version ${number}`
      const actor = actorOf(request)
      const change = { tenantId, actionCode: code, actor, event: 'policy.restored', message, ignoreFailingTests, propose, expectedVersion }
      let warnings: RuleWarning[] = []
      const result = await savePolicy(deps, change, (current) => {
        // Methods, lists or data points that it refers to may have been removed.
        checkMethods(tenant, earlier.verificationMethods)
        warnings = checkRules(tenant, earlier.rules, policyContextOf(tenant).features, [], deps.clock())
        return { definition: earlier, settings: current?.settings ?? {} }
      })
      if (isProposed(result)) {
        answer.code(202)
        return result.proposal
      }
      const { definition, savedAt } = result
      // Not read again: a store that fails now must not make a completed change look refused.
      const saved = { version: definition.version, created_at: savedAt, author: actor.kind, message, actor: JSON.stringify(actor) }
      warnings.push(...(await warnUndetermined(deps, tenant, definition)), ...warnListAge(deps, definition.rules))
      return { ...toSummary(saved), policy: { ...definition }, warnings }
    },
  )
}

function versions(db: Db, tenantId: string, code: string) {
  return db.selectFrom('policy_versions').where('tenant_id', '=', tenantId).where('action_code', '=', code)
}

async function loadVersion(db: Db, tenantId: string, { actionCode: code, version: number }: z.infer<typeof versionParams>) {
  const row = await versions(db, tenantId, code).where('version', '=', number).selectAll().executeTakeFirst()
  if (row === undefined) throw new ApiError('not_found', `the action \`${code}\` has no policy version ${number}`)
  return row
}

async function loadDefinition(db: Db, tenantId: string, code: string, number: number): Promise<PolicyDefinition> {
  return JSON.parse((await loadVersion(db, tenantId, { actionCode: code, version: number })).definition)
}

function toSummary(row: { version: number; created_at: number; author: string; message: string | null; actor: string | null }) {
  return {
    version: row.version,
    createdAt: toIso(row.created_at),
    author: row.author,
    ...(row.actor === null ? {} : { actor: JSON.parse(row.actor) as Actor }),
    ...(row.message === null ? {} : { message: row.message }),
  }
}
