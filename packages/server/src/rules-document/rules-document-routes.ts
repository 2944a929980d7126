import { z } from 'zod'
import type { AppDeps } from '../app/app-deps.ts'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { policyTestResult } from '../rules/policy-test-json.ts'
import { saveQuery } from '../rules/rule-json.ts'
import { listBodyLimit } from '../value-lists/value-list-routes.ts'
import { policyChange, savedPolicyReply } from './policy-routes.ts'
import { rulesDocument } from './rules-document.ts'
import { putRules } from './save-rules.ts'

export const savedRulesReply = z
  .object({
    changes: z
      .array(policyChange)
      .meta({ description: 'What changed of data points, value lists and velocity features; with `dryRun`, what would.' }),
    actions: z.array(savedPolicyReply),
    broken: z
      .array(z.object({ actionCode: z.string(), test: policyTestResult }))
      .meta({ description: 'Saved tests that fail because of the change, of any action.' }),
  })
  .meta({ id: 'SavedRules' })

/** Management API: rules with all they refer to, at once. */
export const rulesDocumentRoutes: Routes<AppDeps> = (app, deps) => {
  app.put(
    '/rules',
    {
      bodyLimit: listBodyLimit,
      schema: {
        tags: ['rules'],
        summary: 'Bring rules and all they refer to to what a document says',
        description:
          'All of it or, when one part is refused, nothing. What the document does not mention stays as it is; sent again, it changes nothing.',
        querystring: z.object({
          ...saveQuery.shape,
          dryRun: z.stringbool().optional().meta({ description: 'Answers what would change, and changes nothing.' }),
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
