import type { Tenant } from '../tenants/tenant.ts'

/** The verification methods a tenant offers, in the order they were configured. */
export function enabledMethods(tenant: Tenant): string[] {
  return tenant.authenticatorConfigurations.filter(({ isActive }) => isActive).map(({ verificationMethod }) => verificationMethod)
}
