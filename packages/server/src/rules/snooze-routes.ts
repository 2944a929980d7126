import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { actionCode } from '../http/identifier.ts'
import { isProposed } from './needs-approval.ts'
import { proposal } from './proposal-json.ts'
import { ruleReply, saveQuery, toRuleJson, versionFields } from './rule-json.ts'
import { ruleOf } from './rule-of.ts'
import type { SavedPolicyVersion, SavePolicyDeps } from './save-policy.ts'
import { hasOneSubject, oneSubject, snoozeFields, subjectFields } from './snooze-json.ts'
import { snoozeRule, wakeRule } from './snooze-rule.ts'

const params = z.object({ actionCode, ruleId: z.string().max(64) })
const snoozeBody = z.strictObject({ ...snoozeFields, ...versionFields }).refine(hasOneSubject, oneSubject)
const wakeQuery = z.strictObject({ ...saveQuery.shape, ...subjectFields, message: versionFields.message }).refine(hasOneSubject, oneSubject)

/** Management API: a rule is silenced for one user, device or network until a time. */
export const snoozeRoutes: Routes<SavePolicyDeps> = (app, deps) => {
  const tags = ['rules']
  const path = '/action-configurations/:actionCode/rules/:ruleId/snooze'

  app.post(
    path,
    {
      schema: {
        tags,
        summary: 'Snooze a rule',
        description:
          'Silences the rule for one user, one device, or the addresses of a network, and ends by itself. Makes a new version of the policy. A snooze for the same subject is replaced.',
        params,
        querystring: saveQuery,
        body: snoozeBody,
        response: { 200: ruleReply, 202: proposal },
      },
    },
    async (request, answer) => {
      const { message, expectedPolicyVersion, ...snooze } = request.body
      const place = { ...request.params, ...request.query, message, expectedPolicyVersion }
      const saved = await snoozeRule(deps, { ...place, tenantId: tenantOf(request).tenantId, actor: actorOf(request) }, snooze)
      if (!isProposed(saved)) return toReply(saved, place.ruleId)
      answer.code(202)
      return saved.proposal
    },
  )

  app.delete(
    path,
    {
      schema: {
        tags,
        summary: 'Wake a rule',
        description: 'Ends a snooze before its time. Makes a new version of the policy.',
        params,
        querystring: wakeQuery,
        response: { 200: ruleReply, 202: proposal },
      },
    },
    async (request, answer) => {
      const { message, ignoreFailingTests, propose, ...subject } = request.query
      const place = { ...request.params, message, ignoreFailingTests, propose }
      const saved = await wakeRule(deps, { ...place, tenantId: tenantOf(request).tenantId, actor: actorOf(request) }, subject)
      if (!isProposed(saved)) return toReply(saved, place.ruleId)
      answer.code(202)
      return saved.proposal
    },
  )
}

function toReply({ tenantId, definition }: SavedPolicyVersion, ruleId: string) {
  return toRuleJson(ruleOf(definition.rules, ruleId), { tenantId, actionCode: definition.action, policyVersion: definition.version })
}
