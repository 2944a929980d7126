import { compilePolicy, type PolicyDefinition } from '@sallyport/engine'
import { z } from 'zod'
import type { Actor } from '../audit/actor.ts'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { changeConfiguration } from '../configuration/change-configuration.ts'
import { loadAction } from '../configuration/policy-row.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { actionCode } from '../http/identifier.ts'
import { maxPolicyTests, type PolicyTest, policyTest } from '../rules/policy-test.ts'
import { policyTestResult } from '../rules/policy-test-json.ts'
import { deletePolicyTests, listPolicyTests, loadPolicyTest, putPolicyTest } from '../rules/policy-test-row.ts'
import { type ChangeSharedDeps, testContextOf } from '../rules/refuse-broken-tests.ts'
import { runPolicyTest, testEventProblem } from '../rules/run-policy-test.ts'
import { checkDraft, draftBodyLimit, draftPolicy } from './draft-policy.ts'

const params = z.object({ actionCode })
const testParams = z.object({ actionCode, name: z.string().max(512) })
const runBody = z.strictObject({
  names: z.array(z.string().max(128)).max(maxPolicyTests).optional().meta({ description: 'Absent: all.' }),
  draft: draftPolicy.optional().meta({ description: 'Absent: against the policy in force.' }),
})
const runReply = z.object({ passed: z.int(), failed: z.int(), results: z.array(policyTestResult) }).meta({ id: 'PolicyTestRun' })

/** Management API: saved test events of an action, each with the outcome expected of the policy. */
export const policyTestRoutes: Routes<ChangeSharedDeps> = (app, deps) => {
  const tags = ['policy tests']
  const base = '/action-configurations/:actionCode/tests'

  app.get(
    base,
    { schema: { tags, summary: 'List the tests of a policy', params, response: { 200: z.array(policyTest) } } },
    async (request) => {
      const { tenantId } = tenantOf(request)
      await loadAction(deps.store.db, tenantId, request.params.actionCode)
      return listPolicyTests(deps.store.db, tenantId, request.params.actionCode)
    },
  )

  app.post(
    base,
    {
      schema: {
        tags,
        summary: 'Save a test',
        description:
          'From now on a change of the policy that makes it fail is refused. A test that already fails is saved too, so it can be written first.',
        params,
        body: policyTest,
        response: { 200: policyTest },
      },
    },
    (request) => saveTest(deps, tenantOf(request), actorOf(request), request.params.actionCode, undefined, () => request.body),
  )

  app.patch(
    `${base}/:name`,
    { schema: { tags, summary: 'Change a test', params: testParams, body: policyTest.partial(), response: { 200: policyTest } } },
    (request) => {
      const { actionCode: code, name } = request.params
      return saveTest(deps, tenantOf(request), actorOf(request), code, name, (before) => ({ ...before, ...request.body }) as PolicyTest)
    },
  )

  app.delete(
    `${base}/:name`,
    { schema: { tags, summary: 'Delete a test', params: testParams, response: { 200: z.object({ success: z.literal(true) }) } } },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { actionCode: code, name } = request.params
      const change = { tenantId, actor: actorOf(request), event: 'policy_test.deleted', details: { action: code, name } }
      return changeConfiguration(deps, change, async (db) => {
        await loadPolicyTest(db, tenantId, code, name)
        await deletePolicyTests(db, tenantId, code, name)
        return { success: true as const }
      })
    },
  )

  app.post(
    `${base}/run`,
    {
      bodyLimit: draftBodyLimit,
      schema: {
        tags,
        summary: 'Run the tests of a policy',
        description: 'Uses the current policy or a draft. Stores, counts and learns nothing.',
        params,
        body: runBody,
        response: { 200: runReply },
      },
    },
    (request) => runTests(deps, tenantOf(request), request.params.actionCode, request.body),
  )
}

/** Saves a test: a new one, or the changed one called `name`. Refuses an event that could not be evaluated. */
async function saveTest(
  deps: ChangeSharedDeps,
  tenant: Tenant,
  actor: Actor,
  code: string,
  name: string | undefined,
  change: (before: PolicyTest | undefined) => PolicyTest,
): Promise<PolicyTest> {
  const { tenantId } = tenant
  const event = name === undefined ? 'policy_test.created' : 'policy_test.updated'
  return changeConfiguration(deps, { tenantId, actor, event, details: { action: code, name } }, async (db, at, describe) => {
    const { definition } = await loadAction(db, tenantId, code)
    const saved = await listPolicyTests(db, tenantId, code)
    const test = change(name === undefined ? undefined : await loadPolicyTest(db, tenantId, code, name))
    if (test.name !== name && saved.some((other) => other.name === test.name)) {
      throw new ApiError('already_exists', `there is already a test \`${test.name}\``)
    }
    if (name === undefined && saved.length >= maxPolicyTests)
      throw new ApiError('invalid_request', `an action has at most ${maxPolicyTests} tests`)
    const problem = testEventProblem(deps, tenant, compiled(tenant, definition), test.event)
    if (problem !== undefined) throw new ApiError('invalid_request', problem)
    if (name !== undefined && test.name !== name) await deletePolicyTests(db, tenantId, code, name)
    describe({ name: test.name, ...(name !== undefined && test.name !== name && { renamedFrom: name }) })
    await putPolicyTest(db, tenantId, code, test, at)
    return test
  })
}

async function runTests(deps: ChangeSharedDeps, tenant: Tenant, code: string, { names, draft }: z.infer<typeof runBody>) {
  const { db } = deps.store
  const { definition, settings, isConfigured } = await loadAction(db, tenant.tenantId, code)
  const inForce = compiled(tenant, definition)
  const inTest = { ...tenant, features: testContextOf(tenant).features ?? [] }
  const policy =
    draft === undefined
      ? inForce
      : checkDraft(inTest, { actionCode: code, definition, settings, policy: inForce, isConfigured }, draft).policy
  const saved = await listPolicyTests(db, tenant.tenantId, code)
  const unknown = names?.find((name) => !saved.some((test) => test.name === name))
  if (unknown !== undefined) throw new ApiError('not_found', `the action \`${code}\` has no test \`${unknown}\``)
  const results = saved
    .filter(({ name }) => names === undefined || names.includes(name))
    .map((test) => runPolicyTest(deps, tenant, policy, test))
  const passed = results.filter((result) => result.passed).length
  return { passed, failed: results.length - passed, results }
}

function compiled(tenant: Tenant, definition: PolicyDefinition) {
  return compilePolicy(definition, testContextOf(tenant))
}
