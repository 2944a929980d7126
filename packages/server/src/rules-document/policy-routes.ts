import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { loadAction } from '../configuration/policy-row.ts'
import type { Routes } from '../http/app-type.ts'
import { actionCode } from '../http/identifier.ts'
import { queryFlag } from '../http/query-flag.ts'
import { settingsFields, toSettingsJson } from '../rules/action-settings.ts'
import { isProposed } from '../rules/needs-approval.ts'
import { policyChange } from '../rules/policy-change-json.ts'
import { policyTest } from '../rules/policy-test.ts'
import { policyTestResult } from '../rules/policy-test-json.ts'
import { listPolicyTests } from '../rules/policy-test-row.ts'
import { proposal } from '../rules/proposal-json.ts'
import { ruleFields, saveQuery } from '../rules/rule-json.ts'
import { policyBody, toPolicyDocument } from './policy-document.ts'
import { type ProposeRulesDeps, saveOrPropose } from './propose-rules.ts'
import type { SavedPolicy } from './write-action.ts'

const params = z.object({ actionCode })
const place = { actionCode: z.string(), policyVersion: z.int() }

const policyReply = z
  .object({
    ...place,
    policy: z.object({
      ...policyBody.pick({ defaultUserActionResult: true }).shape,
      whenUnenrolled: policyBody.shape.whenUnenrolled,
      verificationMethods: policyBody.shape.verificationMethods,
      requires: policyBody.shape.requires,
      whenMissing: policyBody.shape.whenMissing,
      rules: z.array(z.object({ ...ruleFields, isActive: z.boolean().optional(), ruleId: z.string() })),
    }),
    settings: z.object(settingsFields),
    tests: z.array(policyTest),
  })
  .meta({ id: 'Policy' })

export const savedPolicyReply = z
  .object({
    ...place,
    changes: z.array(policyChange).meta({ description: 'The changes; with `dryRun`, those that would be made.' }),
    tests: z.array(policyTestResult),
    warnings: z.array(z.object({ ruleId: z.string(), path: z.string(), message: z.string() })),
    needsApproval: z.literal(true).optional().meta({ description: 'The changes need a second person.' }),
  })
  .meta({ id: 'SavedPolicy' })

/** Management API: the policy of an action as one document, which is what rules kept as files are made of. */
export const policyRoutes: Routes<ProposeRulesDeps> = (app, deps) => {
  const tags = ['rules']
  const path = '/action-configurations/:actionCode/policy'

  app.get(path, { schema: { tags, summary: 'Get a whole policy', params, response: { 200: policyReply } } }, async (request) => {
    const { tenantId } = tenantOf(request)
    const { definition, settings } = await loadAction(deps.store.db, tenantId, request.params.actionCode)
    return {
      actionCode: definition.action,
      policyVersion: definition.version,
      policy: toPolicyDocument(definition) as z.infer<typeof policyReply>['policy'],
      settings: toSettingsJson(settings),
      tests: await listPolicyTests(deps.store.db, tenantId, definition.action),
    }
  })

  app.put(
    path,
    {
      bodyLimit: 8 * 1024 * 1024,
      schema: {
        tags,
        summary: 'Replace a whole policy',
        description:
          'Makes one version, or none if nothing changes. Rules keep their ids by id or by name. If `tests` are sent, they are run first and replace the saved tests.',
        params,
        querystring: z.strictObject({
          ...saveQuery.shape,
          dryRun: queryFlag.optional().meta({ description: 'Returns what would change, without changing anything.' }),
        }),
        body: policyBody,
        response: { 200: savedPolicyReply, 202: proposal },
      },
    },
    async (request, answer) => {
      const { message, ...policy } = request.body
      const document = { actions: [{ actionCode: request.params.actionCode, ...policy }], message }
      const options = { actor: actorOf(request), event: 'policy.replaced', ...request.query }
      const result = await saveOrPropose(deps, tenantOf(request), document, options)
      if (isProposed(result)) {
        answer.code(202)
        return result.proposal
      }
      const saved = result.actions[0] as SavedPolicy
      return { ...saved, changes: saved.changes.map((change) => ({ ...change })) }
    },
  )
}
