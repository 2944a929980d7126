import type { PolicyDefinition } from '@sallyport/engine'
import { emptyPolicy } from '../configuration/policy-row.ts'
import { ApiError } from '../errors/api-error.ts'
import { checkRequirements } from '../rules/action-requirements.ts'
import { checkMethods } from '../rules/check-rule.ts'
import { checkRules, type RuleWarning } from '../rules/check-rules.ts'
import { toPolicyDefinition } from '../rules-document/policy-document.ts'
import type { FileAction } from './rules-file.ts'
import type { RulesWorld } from './rules-world.ts'

export type CheckedAction =
  | { action: FileAction; definition: PolicyDefinition; warnings: RuleWarning[]; problem?: undefined }
  | { action: FileAction; problem: string }

/** The policy of an action as it would be saved, or the reason why it would be refused. Rules keep their ids from `current`. */
export function checkAction(world: RulesWorld, action: FileAction, current?: PolicyDefinition): CheckedAction {
  let made = 0
  try {
    const definition = toPolicyDefinition(action.policy, current ?? emptyPolicy(action.actionCode, 0), () => `new-${++made}`)
    checkMethods(world.tenant, definition.verificationMethods)
    checkRequirements(world.tenant, definition.requires)
    return { action, definition, warnings: checkRules(world.tenant, definition.rules, world.context.features) }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    return { action, problem: error.description }
  }
}
