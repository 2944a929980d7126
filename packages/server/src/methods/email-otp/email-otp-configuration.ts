import { z } from 'zod'
import type { ConfigurableMethod } from '../../tenants/configurable-method.ts'
import { applyCodeSettings, codeFields } from '../one-time-code/code-settings.ts'

/** How the management API configures codes by mail. */
export const emailOtpConfiguration: ConfigurableMethod['configuration'] = {
  path: 'email-otp',
  plural: 'mail codes',
  title: 'mail code configuration',
  fields: {
    ...codeFields,
    emailProvider: z.enum(['WEBHOOK']).nullish().meta({
      description: '`WEBHOOK`: your server sends the mail. Absent: the mail server of this server, or the outbox while there is none.',
    }),
  },
  apply: applyCodeSettings,
  show: (settings) => settings,
}
