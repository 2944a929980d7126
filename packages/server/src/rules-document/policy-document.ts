import type { PolicyDefinition, RuleDefinition } from '@sallyport/engine'
import { z } from 'zod'
import { emptyPolicy } from '../configuration/policy-row.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import { requirementFields, toRequirements } from '../rules/action-requirements.ts'
import { settingsFields, unsupportedSettings } from '../rules/action-settings.ts'
import { maxPolicyTests, policyTest } from '../rules/policy-test.ts'
import { applyRulePatch, methods, outcome, ruleFields, ruleId, whenUnenrolled } from '../rules/rule-json.ts'
import { toSnoozeJson } from '../rules/snooze-json.ts'

/** A rule of a whole policy. */
export const documentRule = z.strictObject({
  ...ruleFields,
  isActive: z.boolean().optional(),
  priority: ruleFields.priority.optional().meta({ description: 'Absent: one more than the previous rule.' }),
  ruleId: ruleId.optional().meta({ description: 'Absent: the rule with this name, or a new one.' }),
})

/** A whole policy as it is sent to take the place of the one in force: what is left out is not as before, but as in a new action. Only snoozes stay. */
export const policyDocument = z.strictObject({
  defaultUserActionResult: outcome,
  whenUnenrolled: whenUnenrolled.optional(),
  verificationMethods: methods.optional(),
  requires: requirementFields.requires.unwrap().unwrap().optional(),
  whenMissing: requirementFields.whenMissing.unwrap().unwrap().optional(),
  rules: z.array(documentRule).max(100),
})

export const policyBody = z.strictObject({
  ...policyDocument.shape,
  settings: z
    .strictObject({ ...settingsFields, ...unsupportedSettings })
    .optional()
    .meta({ description: 'Settings of the action besides its policy. Absent: unchanged.' }),
  tests: z.array(policyTest).max(maxPolicyTests).optional().meta({ description: 'All saved tests. Absent: unchanged.' }),
  expectedPolicyVersion: z.int().optional().meta({ description: 'Refuses with 409 if the policy has changed since.' }),
  message: z.string().max(1024).optional().meta({ description: 'Reason for the change, stored with the version.' }),
})

export type PolicyDocument = z.infer<typeof policyDocument>

/**
 * The policy that a document describes. A rule keeps its id when the document names it or has a rule of the same name; other rules get a new id. Refuses
 * an id that appears twice.
 */
export function toPolicyDefinition(
  document: PolicyDocument,
  current: Pick<PolicyDefinition, 'action' | 'rules'>,
  newId: () => string,
): PolicyDefinition {
  const taken = new Set(document.rules.flatMap(({ ruleId }) => ruleId ?? []))
  const unclaimed = current.rules.filter(({ ruleId }) => !taken.has(ruleId))
  const rules: RuleDefinition[] = []
  for (const { ruleId: given, priority: wanted, ...patch } of document.rules) {
    const place = given === undefined ? unclaimed.findIndex(({ name }) => name === patch.name) : -1
    const ruleId = given ?? (place === -1 ? newId() : unclaimed.splice(place, 1)[0]?.ruleId) ?? newId()
    const priority = wanted ?? (rules.at(-1)?.priority ?? -1) + 1
    if (rules.some((other) => other.ruleId === ruleId))
      throw new ApiError('invalid_request', `\`rules\`: the id \`${ruleId}\` appears twice`)
    if (priority > 99) throw new ApiError('invalid_request', `\`rules\`: \`${patch.name.slice(0, 64)}\` would get a priority above 99`)
    // Whoever keeps rules as files need not know whom somebody spared meanwhile.
    const snoozes = current.rules.find((rule) => rule.ruleId === ruleId)?.snoozes
    const before = { ruleId, name: patch.name, priority, outcome: patch.type, mode: 'active' as const, ...(snoozes && { snoozes }) }
    rules.push(applyRulePatch(before, { ...patch, priority }))
  }
  return {
    ...toRequirements(emptyPolicy(current.action, 0), document),
    defaultOutcome: document.defaultUserActionResult,
    whenUnenrolled: document.whenUnenrolled ?? 'ENROLL',
    verificationMethods: document.verificationMethods ?? [],
    rules: rules.sort((a, b) => a.priority - b.priority),
  }
}

/** The document that describes a policy. */
export function toPolicyDocument(policy: PolicyDefinition): PolicyDocument {
  return {
    defaultUserActionResult: policy.defaultOutcome,
    whenUnenrolled: policy.whenUnenrolled,
    verificationMethods: policy.verificationMethods,
    ...(policy.requires === undefined ? {} : { requires: policy.requires }),
    ...(policy.whenMissing === undefined ? {} : { whenMissing: policy.whenMissing }),
    rules: policy.rules.map(({ outcome: type, expiresAt, snoozes, promptToEnrollVerificationMethods: _, ...rule }) => ({
      ...rule,
      type,
      ...(expiresAt === undefined ? {} : { expiresAt: toIso(expiresAt) }),
      ...(snoozes === undefined ? {} : { snoozes: snoozes.map(toSnoozeJson) }),
    })) as PolicyDocument['rules'],
  }
}
