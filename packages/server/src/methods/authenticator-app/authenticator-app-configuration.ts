import { z } from 'zod'
import { enrolmentFields } from '../../authenticators/enrolment-settings.ts'
import { identifier } from '../../http/identifier.ts'
import type { ConfigurableMethod } from '../../tenants/configurable-method.ts'
import { answerLimitFields } from '../../tries/limit-settings.ts'

/** How the management API configures authenticator apps. */
export const authenticatorAppConfiguration: ConfigurableMethod['configuration'] = {
  path: 'authenticator-app',
  plural: 'authenticator apps',
  title: 'authenticator app configuration',
  fields: {
    issuerName: identifier(64)
      .nullish()
      .meta({ description: 'The name that the app shows above the code. Default: the name of the tenant.', examples: ['Example Bank'] }),
    allowMultipleUserAuthenticators: z
      .boolean()
      .nullish()
      .meta({ description: 'Whether a user can bind more than one. Default yes, at most five.' }),
    ...enrolmentFields,
    ...answerLimitFields,
  },
  apply(before, sent) {
    return Object.fromEntries(Object.entries({ ...before, ...sent }).filter(([, value]) => value !== null))
  },
  show: (settings) => settings,
}
