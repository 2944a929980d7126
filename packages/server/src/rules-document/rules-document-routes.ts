import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { App, Routes } from '../http/app-type.ts'
import { queryFlag } from '../http/query-flag.ts'
import { isProposed } from '../rules/needs-approval.ts'
import { policyChange } from '../rules/policy-change-json.ts'
import { policyTestResult } from '../rules/policy-test-json.ts'
import { proposal } from '../rules/proposal-json.ts'
import { saveQuery } from '../rules/rule-json.ts'
import { acceptLongLists, type LongArrays } from '../value-lists/accept-long-lists.ts'
import { listBodyLimit } from '../value-lists/value-list-routes.ts'
import { savedPolicyReply } from './policy-routes.ts'
import { type ProposeRulesDeps, saveOrPropose } from './propose-rules.ts'
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

/** Management API: rules with everything they refer to, as one document. */
export const rulesDocumentRoutes: Routes<ProposeRulesDeps> = (parent, deps) => {
  parent.register(async (app: App) => addRoute(app, deps))
}

/** The entries of the lists: `{"lists": [{"valueListItems": […]}]}`. */
const entriesOfLists: LongArrays = {
  mayBeLong: (depth, name) => depth === 3 && name() === 'valueListItems',
  holders: ({ lists }) => (Array.isArray(lists) ? lists : []),
}

function addRoute(app: App, deps: ProposeRulesDeps): void {
  acceptLongLists(app, entriesOfLists)
  app.put(
    '/rules',
    {
      bodyLimit: listBodyLimit,
      schema: {
        tags: ['rules'],
        summary: 'Save rules and everything they refer to',
        description:
          'Saves the whole document or, when one part is refused, nothing. Whatever the document leaves out stays as it is; sent again, it changes nothing.',
        querystring: z.strictObject({
          ...saveQuery.shape,
          dryRun: queryFlag.optional().meta({ description: 'Returns what would change, without changing anything.' }),
        }),
        body: rulesDocument,
        response: { 200: savedRulesReply, 202: proposal },
      },
    },
    async (request, answer) => {
      const options = { actor: actorOf(request), event: 'rules.replaced', ...request.query }
      const saved = await saveOrPropose(deps, tenantOf(request), request.body, options)
      if (isProposed(saved)) {
        answer.code(202)
        return saved.proposal
      }
      const actions = saved.actions.map((action) => ({ ...action, changes: action.changes.map((change) => ({ ...change })) }))
      return { ...saved, changes: saved.changes.map((change) => ({ ...change })), actions }
    },
  )
}
