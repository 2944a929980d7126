import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { queryFlag } from '../http/query-flag.ts'
import { queryNumber } from '../http/query-number.ts'
import { proposal, proposalState, proposalSummary } from '../rules/proposal-json.ts'
import { savedRulesReply } from '../rules-document/rules-document-routes.ts'
import type { SaveRulesDeps } from '../rules-document/save-rules.ts'
import { listProposals } from './list-proposals.ts'
import { authorOf, loadProposal, toProposal, versionsInForce } from './proposal-row.ts'
import { approveProposal, isOwnProposal, rejectProposal, withdrawProposal } from './settle-proposal.ts'

const params = z.object({ proposalId: z.string().max(64) })
const query = z.strictObject({
  state: proposalState.optional(),
  limit: queryNumber(z.number().int().min(1).max(100).default(50)),
  cursor: z.string().max(128).optional().meta({ description: 'The `cursor` of the page before.' }),
})
const page = z.object({ proposals: z.array(proposalSummary), cursor: z.string().optional().meta({ description: 'For the next page.' }) })
const reason = z.string().trim().min(1).max(1024)

/** Management API: changes of policies that wait for a second person. */
export const proposalRoutes: Routes<SaveRulesDeps> = (app, deps) => {
  const tags = ['proposals']
  const one = '/proposals/:proposalId'

  app.get(
    '/proposals',
    { schema: { tags, summary: 'List proposals, newest first', querystring: query, response: { 200: page } } },
    (request) => listProposals(deps, tenantOf(request).tenantId, request.query),
  )

  app.get(
    one,
    {
      schema: {
        tags,
        summary: 'Get a proposal',
        description: 'With the differences, tests, warnings and backtests that its author saw.',
        params,
        response: { 200: proposal },
      },
    },
    async (request) => {
      const { tenantId } = tenantOf(request)
      const { db } = deps.store
      const row = await loadProposal(db, tenantId, request.params.proposalId)
      const isYours = await isOwnProposal(db, tenantId, authorOf(row), actorOf(request))
      return toProposal(row, { versions: await versionsInForce(db, tenantId), isYours }, deps.clock())
    },
  )

  app.post(
    `${one}/approve`,
    {
      schema: {
        tags,
        summary: 'Approve a proposal',
        description:
          'Puts it into force, all of it or nothing. Refused for its author and their keys, for a key that no admin created, when another version is in force than it was made to (`base_moved`), and when it breaks a saved test.',
        params,
        querystring: z.strictObject({
          ignoreFailingTests: queryFlag.optional().meta({ description: 'Saves the change even if a saved test fails.' }),
        }),
        body: z.strictObject({ reason: reason.optional() }).optional(),
        response: { 200: savedRulesReply.extend({ proposal: proposalSummary }) },
      },
    },
    async (request) => {
      const settlement = { ...request.params, ...request.body, actor: actorOf(request) }
      const approved = await approveProposal(deps, tenantOf(request), settlement, request.query.ignoreFailingTests)
      const { saved } = approved
      const actions = saved.actions.map((action) => ({ ...action, changes: action.changes.map((change) => ({ ...change })) }))
      return { ...saved, changes: saved.changes.map((change) => ({ ...change })), actions, proposal: approved.proposal }
    },
  )

  app.post(
    `${one}/reject`,
    { schema: { tags, summary: 'Reject a proposal', params, body: z.strictObject({ reason }), response: { 200: proposalSummary } } },
    (request) => rejectProposal(deps, tenantOf(request).tenantId, { ...request.params, ...request.body, actor: actorOf(request) }),
  )

  app.post(
    `${one}/withdraw`,
    {
      schema: {
        tags,
        summary: 'Withdraw a proposal',
        description: 'Only its author can, also with another key of theirs.',
        params,
        body: z.strictObject({ reason: reason.optional() }).optional(),
        response: { 200: proposalSummary },
      },
    },
    (request) => withdrawProposal(deps, tenantOf(request).tenantId, { ...request.params, ...request.body, actor: actorOf(request) }),
  )
}
