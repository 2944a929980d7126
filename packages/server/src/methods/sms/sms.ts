import type { Method } from '../method.ts'
import type { CodeMethod } from '../one-time-code/code-method.ts'
import { codeRoutes } from '../one-time-code/code-routes.ts'
import { readPhoneNumber } from '../one-time-code/phone-settings.ts'
import { twilioCarrier } from '../one-time-code/twilio-carrier.ts'
import { openTwilioAccount } from '../one-time-code/twilio-credentials.ts'
import { webhookCarrier } from '../one-time-code/webhook-carrier.ts'
import { smsConfiguration } from './sms-configuration.ts'
import { smsName } from './sms-name.ts'

const codes: CodeMethod = {
  ...smsName,
  path: 'sms',
  destination: 'phoneNumber',
  channel: 'phone',
  readDestination: readPhoneNumber,
  carrierOf(deps, tenant, settings, message) {
    if (settings.smsProvider === 'WEBHOOK') return webhookCarrier(deps, tenant, settings, 'sms.created', smsName.name, message)
    if (settings.smsProvider !== 'TWILIO') return undefined
    return twilioCarrier(deps.twilioUrl, openTwilioAccount(deps, tenant, settings, smsName.name))
  },
}

/** Codes by text message. The telephone network can be redirected, so NIST SP 800-63B calls them restricted: off until countries are allowed. */
export const sms: Method & CodeMethod = {
  ...codes,
  configuration: smsConfiguration,
  routes: { client: [codeRoutes(codes)] },
}
