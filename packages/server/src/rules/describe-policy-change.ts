import { isDeepStrictEqual } from 'node:util'
import type { PolicyDefinition, RuleDefinition } from '@sallyport/engine'
import { changedMembers } from '../audit/changed-members.ts'
import type { ActionRecord } from '../configuration/policy-row.ts'
import type { ActionSettings } from '../configuration/tenant.ts'

/** What the audit log says of a saved policy: its versions, the rules that differ by id, and settings as they were and as they are. The versions hold the rules. */
export function describePolicyChange(before: ActionRecord | undefined, after: { definition: PolicyDefinition; settings: ActionSettings }) {
  const was = before?.definition.rules ?? []
  const is = after.definition.rules
  return {
    version: { before: before?.definition.version ?? 0, after: after.definition.version },
    rules: {
      added: idsOf(is.filter(({ ruleId }) => find(was, ruleId) === undefined)),
      removed: idsOf(was.filter(({ ruleId }) => find(is, ruleId) === undefined)),
      changed: idsOf(is.filter((rule) => find(was, rule.ruleId) !== undefined && !isDeepStrictEqual(find(was, rule.ruleId), rule))),
    },
    ...changedMembers(before === undefined ? {} : membersOf(before), membersOf(after)),
  }
}

function membersOf({ definition, settings }: { definition: PolicyDefinition; settings: ActionSettings }): Record<string, unknown> {
  const { action: _action, version: _version, rules: _rules, ...members } = definition
  return { ...members, ...settings }
}

function find(rules: readonly RuleDefinition[], ruleId: string): RuleDefinition | undefined {
  return rules.find((rule) => rule.ruleId === ruleId)
}

function idsOf(rules: readonly RuleDefinition[]): string[] {
  return rules.map(({ ruleId }) => ruleId)
}
