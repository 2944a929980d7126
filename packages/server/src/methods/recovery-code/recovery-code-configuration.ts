import { enrolmentFields } from '../../authenticators/enrolment-settings.ts'
import type { ConfigurableMethod } from '../../tenants/configurable-method.ts'
import { answerLimitFields } from '../../tries/limit-settings.ts'

/** How the management API configures recovery codes. */
export const recoveryCodeConfiguration: ConfigurableMethod['configuration'] = {
  path: 'recovery-code',
  plural: 'recovery codes',
  title: 'recovery code configuration',
  fields: { ...enrolmentFields, ...answerLimitFields },
  apply: (before, sent) => Object.fromEntries(Object.entries({ ...before, ...sent }).filter(([, value]) => value !== null)),
  show: (settings) => settings,
}
