import type { Tenant } from './tenant.ts'

type Configured = Pick<Tenant, 'authenticatorConfigurations'>

// A tenant is replaced as a whole when its configuration changes, so an entry never becomes stale.
const originsOf = new WeakMap<Configured, ReadonlySet<string>>()

/** The origins of a tenant's own pages: `expectedOrigins` of the verification methods that it offers. */
export function expectedOrigins(tenant: Configured): ReadonlySet<string> {
  let origins = originsOf.get(tenant)
  if (origins === undefined) {
    const active = tenant.authenticatorConfigurations.filter(({ isActive }) => isActive)
    origins = new Set(active.flatMap(({ settings }) => originsIn(settings)))
    originsOf.set(tenant, origins)
  }
  return origins
}

/** The `expectedOrigins` in the settings of a verification method, as they are stored. */
export function originsIn({ expectedOrigins }: { expectedOrigins?: unknown }): string[] {
  return Array.isArray(expectedOrigins) ? expectedOrigins.filter((origin) => typeof origin === 'string') : []
}
