import type { PolicyDefinition, RuleDefinition } from '@sallyport/engine/policy'
import { type DraftRule, type PolicyDraft, tidyDraft } from './policy-draft.ts'

/** A rule of a draft as the engine has it. */
export function ruleDefinitionOf({ type, expiresAt, priority = 0, ...rule }: DraftRule): RuleDefinition {
  return { ...rule, priority, outcome: type, ...(expiresAt ? { expiresAt: Date.parse(expiresAt) } : {}) } as RuleDefinition
}

/** A draft as the engine has a policy. */
export function policyDefinitionOf(action: string, draft: PolicyDraft): PolicyDefinition {
  const { defaultUserActionResult, whenUnenrolled = 'ENROLL', verificationMethods = [], rules, ...inputs } = draft
  return {
    ...inputs,
    action,
    version: 0,
    defaultOutcome: defaultUserActionResult,
    whenUnenrolled,
    verificationMethods: verificationMethods as PolicyDefinition['verificationMethods'],
    rules: rules.map(ruleDefinitionOf),
  }
}

/** The other way round, for a policy of an earlier version, which is stored as the engine has it. */
export function draftOfDefinition({ defaultOutcome, whenUnenrolled, verificationMethods, requires, whenMissing, rules }: PolicyDefinition) {
  return tidyDraft({
    defaultUserActionResult: defaultOutcome,
    whenUnenrolled,
    verificationMethods,
    ...(requires === undefined ? {} : { requires }),
    ...(whenMissing === undefined ? {} : { whenMissing }),
    rules: rules.map(draftRuleOf),
  })
}

function draftRuleOf({ outcome, expiresAt, snoozes: _, promptToEnrollVerificationMethods: _1, ...rule }: RuleDefinition): DraftRule {
  return {
    ...rule,
    type: outcome,
    ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
  } as DraftRule
}
