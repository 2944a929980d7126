import { challengeMethods, decidingRule, type Instance, type PolicyDefinition } from '@sallyport/engine'
import { enabledMethods } from '../configuration/enabled-methods.ts'
import type { ActionSettings, Tenant } from '../configuration/tenant.ts'

/**
 * The methods that may answer the challenge of an instance (TX-05), by the policy that decided it: a rule that was changed or removed since takes nothing
 * back of what it demanded. `undefined`: no policy decided.
 */
export function instanceMethods(tenant: Tenant, decidedBy: PolicyDefinition | undefined, instance: Instance): readonly string[] {
  const enabled = enabledMethods(tenant)
  return decidedBy === undefined ? enabled : challengeMethods(decidingRule(instance, decidedBy), decidedBy, enabled)
}

/** The method to show first: the rule's wish, then the action's, then what the user enrolled first, each if it may answer. */
export function defaultChallengeMethod(
  decidedBy: PolicyDefinition | undefined,
  settings: ActionSettings,
  instance: Instance,
  allowed: readonly string[],
  enrolled: readonly string[],
): string | undefined {
  const rule = decidingRule(instance, decidedBy)
  const wishes = [rule?.defaultVerificationMethod, settings.defaultVerificationMethod, ...enrolled]
  return wishes.find((method) => method !== undefined && allowed.includes(method))
}
