import { compilePolicy, type FeatureDefinition, type Policy, type PolicyContext, type RuleDefinition } from '@sallyport/engine'
import { z } from 'zod'
import { policyContextOf } from '../configuration/load-tenant.ts'
import type { ConfiguredAction, Tenant } from '../configuration/tenant.ts'
import { checkMethods } from '../rules/check-rule.ts'
import { checkRules, type RuleWarning } from '../rules/check-rules.ts'
import { applyRulePatch, methods, outcome, ruleFields, whenUnenrolled } from '../rules/rule-json.ts'
import { givenItems } from '../value-lists/value-list-json.ts'
import { featureJson } from '../velocity/feature-json.ts'
import { refuseTwice } from './refuse-twice.ts'

/** Room for a hundred rules and a few lists. */
export const draftBodyLimit = 8 * 1024 * 1024

const draftRule = z.strictObject({
  ...ruleFields,
  isActive: z.boolean().optional(),
  priority: ruleFields.priority.optional().meta({ description: 'Absent: one more than the previous rule.' }),
  ruleId: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'The id of an existing rule, which keeps its roll-out and, unless `snoozes` are sent, its snoozes.' }),
})

const draftList = z.strictObject({
  alias: z.string().min(1).max(128),
  valueListItems: givenItems.max(100_000),
})

/** A policy on trial. Whatever it leaves out is as in the policy in force. */
export const draftPolicy = z
  .strictObject({
    defaultUserActionResult: outcome.optional(),
    whenUnenrolled: whenUnenrolled.optional(),
    verificationMethods: methods.optional(),
    rules: z.array(draftRule).max(100).optional().meta({ description: 'All rules, as the rules API writes them.' }),
    lists: z.array(draftList).max(32).optional().meta({ description: 'Value lists that are new or have other items.' }),
    features: z.array(featureJson).max(32).optional().meta({ description: 'Velocity features that are new or defined differently.' }),
  })
  .meta({ id: 'DraftPolicy' })

export type DraftPolicy = z.infer<typeof draftPolicy>

export interface CheckedDraft {
  policy: Policy
  /** Lists the draft brings, by alias. */
  lists: PolicyContext['lists']
  /** Features the draft brings. */
  features: readonly FeatureDefinition[]
  /** Findings that are allowed but look like mistakes. */
  warnings: RuleWarning[]
}

/** Refuses a draft that could not be saved, for the same reasons and in the same words. */
export function checkDraft(tenant: Tenant, action: ConfiguredAction, draft: DraftPolicy): CheckedDraft {
  const inForce = policyContextOf(tenant)
  const lists = new Map((draft.lists ?? []).map(({ alias, valueListItems }) => [alias, new Set<string | number>(valueListItems)]))
  const features = draft.features ?? []
  const context: PolicyContext = {
    ...inForce,
    lists: lists.size === 0 ? inForce.lists : new Map([...inForce.lists, ...lists]),
    features: [...features, ...(inForce.features ?? []).filter(({ name }) => features.every((other) => other.name !== name))],
  }
  refuseTwice(
    'features',
    features.map(({ name }) => name),
  )
  checkMethods(tenant, draft.verificationMethods ?? [])
  const rules = draft.rules === undefined ? action.definition.rules : toRules(draft.rules, action.definition.rules)
  refuseTwice(
    'rules',
    rules.map(({ ruleId }) => ruleId),
  )
  const warnings = checkRules({ ...tenant, lists: context.lists }, rules, context.features ?? [], action.definition.rules)
  const definition = {
    ...action.definition,
    version: 0,
    defaultOutcome: draft.defaultUserActionResult ?? action.definition.defaultOutcome,
    whenUnenrolled: draft.whenUnenrolled ?? action.definition.whenUnenrolled,
    verificationMethods: draft.verificationMethods ?? action.definition.verificationMethods,
    rules,
  }
  return { policy: compilePolicy(definition, context), lists, features, warnings }
}

function toRules(given: readonly z.infer<typeof draftRule>[], inForce: readonly RuleDefinition[]): RuleDefinition[] {
  const rules: RuleDefinition[] = []
  for (const [place, { ruleId = `draft-${place + 1}`, ...fields }] of given.entries()) {
    const priority = fields.priority ?? (rules.at(-1)?.priority ?? -1) + 1
    const snoozes = inForce.find((rule) => rule.ruleId === ruleId)?.snoozes
    const before = { ruleId, name: fields.name, priority, outcome: fields.type, mode: 'active' as const, ...(snoozes && { snoozes }) }
    rules.push(applyRulePatch(before, { ...fields, priority }))
  }
  return rules
}
