import type { Tenant } from '../configuration/tenant.ts'
import { findUnknownMembers, refuseMisspelt, shown } from '../warnings/find-unknown-members.ts'
import type { RecentWarnings } from '../warnings/recent-warnings.ts'
import type { WarningCode } from '../warnings/warning.ts'

export interface CheckExpectationDeps {
  warnings: Pick<RecentWarnings, 'note'>
}

/**
 * The warnings about what an application expects of a challenge: an expectation under a wrong name is not compared, so anything would meet it. A strict
 * tenant refuses it, before the token is used up.
 */
export function checkExpectation(
  deps: CheckExpectationDeps,
  tenant: Tenant,
  body: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
): { warnings?: { code: WarningCode; message: string }[] } {
  const misspelt = findUnknownMembers(body, known, 'a validation')
  if (misspelt.length === 0) return {}
  if (tenant.settings.strict) refuseMisspelt(misspelt)
  deps.warnings.note(tenant.tenantId, typeof body.action === 'string' ? shown(body.action) : '', misspelt)
  return { warnings: misspelt.map(({ code, message }) => ({ code, message })) }
}
