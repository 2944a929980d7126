import type { Instance } from '@sallyport/engine'
import type { ConfiguredAction, Tenant } from '../tenants/tenant.ts'
import { enabledMethods } from '../users/enabled-methods.ts'

/**
 * The methods that may answer a challenge of this instance (TX-05): those of the rule that decided, else those of the action, else all; and of
 * these the ones the tenant has enabled. Empty only when none of the demanded methods is enabled any more.
 */
export function challengeMethods(tenant: Tenant, action: ConfiguredAction, instance: Instance): readonly string[] {
  const enabled = enabledMethods(tenant)
  const { definition } = action
  const rule = definition.rules.find(({ ruleId }) => ruleId === instance.ruleIds[0])
  const demanded = rule?.verificationMethods?.length ? rule.verificationMethods : definition.verificationMethods
  return demanded.length === 0 ? enabled : demanded.filter((method) => enabled.includes(method))
}

/** The method to show first: the rule's wish, then the action's, then what the user enrolled first, each if it may answer. */
export function defaultChallengeMethod(
  action: ConfiguredAction,
  instance: Instance,
  allowed: readonly string[],
  enrolled: readonly string[],
): string | undefined {
  const rule = action.definition.rules.find(({ ruleId }) => ruleId === instance.ruleIds[0])
  const wishes = [rule?.defaultVerificationMethod, action.settings.defaultVerificationMethod, ...enrolled]
  return wishes.find((method) => method !== undefined && allowed.includes(method))
}
