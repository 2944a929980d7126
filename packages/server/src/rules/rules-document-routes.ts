import { z } from 'zod'
import type { Routes } from '../http/app-type.ts'
import { tenantOf } from '../http/authenticate.ts'
import { listBodyLimit } from '../value-lists/value-list-routes.ts'
import { policyChange, savedPolicyReply } from './policy-routes.ts'
import { policyTestResult } from './policy-test-json.ts'
import { putRules } from './put-rules.ts'
import { saveQuery } from './rule-json.ts'
import { rulesDocument } from './rules-document.ts'

export const savedRulesReply = z
  .object({
    changes: z
      .array(policyChange)
      .meta({ description: 'Changes to data points, value lists and velocity features; with `dryRun`, those that would be made.' }),
    actions: z.array(savedPolicyReply),
    broken: z
      .array(z.object({ actionCode: z.string(), test: policyTestResult }))
      .meta({ description: 'Saved tests of any action that fail because of the change.' }),
  })
  .meta({ id: 'SavedRules' })

/** Management API: rules with all they refer to, at once. */
export const rulesDocumentRoutes: Routes = (app, deps) => {
  app.put(
    '/rules',
    {
      bodyLimit: listBodyLimit,
      schema: {
        tags: ['rules'],
        summary: 'Make rules and everything they refer to match a document',
        description:
          'Saves everything or, if any part is refused, nothing. Anything the document does not mention stays as it is. Sending it again changes nothing.',
        querystring: z.object({
          ...saveQuery.shape,
          dryRun: z.stringbool().optional().meta({ description: 'Returns what would change, without changing anything.' }),
        }),
        body: rulesDocument,
        response: { 200: savedRulesReply },
      },
    },
    async (request) => {
      const saved = await putRules(deps, tenantOf(request), request.body, { event: 'rules.replaced', ...request.query })
      const actions = saved.actions.map((action) => ({ ...action, changes: action.changes.map((change) => ({ ...change })) }))
      return { ...saved, changes: saved.changes.map((change) => ({ ...change })), actions }
    },
  )
}
