import type { ConfigurableMethod } from '../../tenants/configurable-method.ts'
import { applyMailSettings, mailFields, showMailSettings } from '../one-time-code/mail-settings.ts'

/** How the management API configures codes by mail. */
export const emailOtpConfiguration: ConfigurableMethod['configuration'] = {
  path: 'email-otp',
  plural: 'mail codes',
  title: 'mail code configuration',
  fields: mailFields,
  apply: applyMailSettings,
  show: showMailSettings,
}
