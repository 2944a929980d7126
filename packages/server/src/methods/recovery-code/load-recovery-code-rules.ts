import type { EnrolmentRules } from '../../authenticators/enrolment-obstacle.ts'
import { enrolmentRulesIn } from '../../authenticators/enrolment-settings.ts'
import { loadMethodSettings } from '../../configuration/method-settings.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import { recoveryCodeName } from './recovery-code-name.ts'

/** Who may get recovery codes. Refuses with `invalid_configuration` when the tenant does not offer them. */
export function loadRecoveryCodeRules(tenant: Tenant): EnrolmentRules {
  const settings = loadMethodSettings(tenant, recoveryCodeName.name)
  if (tenant.settings.disableRecoveryCodes === true) {
    throw new ApiError('invalid_configuration', 'recovery codes are switched off: `disableRecoveryCodes` of the tenant is on')
  }
  return enrolmentRulesIn(settings)
}
