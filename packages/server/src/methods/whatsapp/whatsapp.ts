import type { Method } from '../method.ts'
import type { CodeMethod } from '../one-time-code/code-method.ts'
import { codeRoutes } from '../one-time-code/code-routes.ts'
import { readPhoneNumber } from '../one-time-code/phone-settings.ts'
import { twilioCarrier } from '../one-time-code/twilio-carrier.ts'
import { openTwilioAccount } from '../one-time-code/twilio-credentials.ts'
import { webhookCarrier } from '../one-time-code/webhook-carrier.ts'
import { whatsappConfiguration } from './whatsapp-configuration.ts'
import { whatsappName } from './whatsapp-name.ts'

const codes: CodeMethod = {
  ...whatsappName,
  path: 'whatsapp',
  destination: 'phoneNumber',
  channel: 'phone',
  readDestination: readPhoneNumber,
  carrierOf(deps, tenant, settings, message) {
    // The original has one event for what is sent to a phone; it says by which method.
    if (settings.whatsAppProvider === 'WEBHOOK') return webhookCarrier(deps, tenant, settings, 'sms.created', whatsappName.name, message)
    if (settings.whatsAppProvider !== 'TWILIO') return undefined
    const account = openTwilioAccount(deps, tenant, settings, whatsappName.name)
    return twilioCarrier(deps.twilioUrl, account, {
      channel: 'whatsapp',
      contentSid: String(settings.whatsAppContentSid),
      variables: { 1: message.code },
    })
  },
}

/** Codes by WhatsApp. Whoever takes over the number of a phone can register its WhatsApp, so it is off until countries are allowed, as SMS is. */
export const whatsapp: Method & CodeMethod = { ...codes, configuration: whatsappConfiguration, routes: { client: [codeRoutes(codes)] } }
