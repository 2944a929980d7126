import type { ConfigurableMethod } from '../../tenants/configurable-method.ts'
import { applyMailSettings, mailFields, showMailSettings } from '../one-time-code/mail-settings.ts'

/** How the management API configures links by mail. */
export const emailMagicLinkConfiguration: ConfigurableMethod['configuration'] = {
  path: 'email-magic-link',
  plural: 'mail links',
  title: 'mail link configuration',
  fields: mailFields,
  apply: applyMailSettings,
  show: showMailSettings,
}
