import type { z } from 'zod'
import type { ChangeConfigurationDeps } from '../configuration/change-configuration.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { policyBody } from './policy-document.ts'
import { putRules, type SaveOptions } from './save-rules.ts'
import type { ApplyPolicyDeps, SavedPolicy } from './write-action.ts'

/**
 * Puts a whole policy in the place of the one in force, with the tests and settings that come with it: one version, or none when nothing
 * changes. What has changed meanwhile is a conflict and is not overwritten.
 */
export async function savePolicy(
  deps: ChangeConfigurationDeps & ApplyPolicyDeps,
  tenant: Tenant,
  actionCode: string,
  { message, ...action }: z.infer<typeof policyBody>,
  options: SaveOptions,
): Promise<SavedPolicy> {
  const saved = await putRules(deps, tenant, { actions: [{ actionCode, ...action }], message }, { event: 'policy.replaced', ...options })
  return saved.actions[0] as SavedPolicy
}
