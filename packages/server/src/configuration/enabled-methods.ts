import type { VerificationMethod } from '@sallyport/engine'
import type { Tenant } from './tenant.ts'

type Configured = Pick<Tenant, 'authenticatorConfigurations'>

// A tenant is replaced as a whole when its configuration changes, so an entry never becomes stale.
const methodsOf = new WeakMap<Configured, readonly VerificationMethod[]>()

/** The verification methods a tenant offers, in the order they were configured. */
export function enabledMethods(tenant: Configured): readonly VerificationMethod[] {
  let methods = methodsOf.get(tenant)
  if (methods === undefined) {
    methods = tenant.authenticatorConfigurations.filter(({ isActive }) => isActive).map(({ verificationMethod }) => verificationMethod)
    methodsOf.set(tenant, methods)
  }
  return methods
}

/** True for the name of a verification method that the tenant offers. */
export function isEnabledMethod(tenant: Configured, name: string): name is VerificationMethod {
  const enabled: readonly string[] = enabledMethods(tenant)
  return enabled.includes(name)
}
