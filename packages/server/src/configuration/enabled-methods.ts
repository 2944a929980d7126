import type { Tenant } from './tenant.ts'

type Configured = Pick<Tenant, 'authenticatorConfigurations'>

// A tenant is replaced as a whole when its configuration changes, so an entry never becomes stale.
const methodsOf = new WeakMap<Configured, readonly string[]>()

/** The verification methods a tenant offers, in the order they were configured. */
export function enabledMethods(tenant: Configured): readonly string[] {
  let methods = methodsOf.get(tenant)
  if (methods === undefined) {
    methods = tenant.authenticatorConfigurations.filter(({ isActive }) => isActive).map(({ verificationMethod }) => verificationMethod)
    methodsOf.set(tenant, methods)
  }
  return methods
}
