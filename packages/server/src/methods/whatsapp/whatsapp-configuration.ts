import { z } from 'zod'
import { ApiError } from '../../errors/api-error.ts'
import type { ConfigurableMethod } from '../../tenants/configurable-method.ts'
import { applyPhoneSettings, phoneFields } from '../one-time-code/phone-settings.ts'
import { applyTwilioCredentials, senderField, showTwilioCredentials, twilioFields } from '../one-time-code/twilio-credentials.ts'

/** How the management API configures codes by WhatsApp. */
export const whatsappConfiguration: ConfigurableMethod['configuration'] = {
  path: 'whatsapp',
  plural: 'WhatsApp codes',
  title: 'WhatsApp code configuration',
  fields: {
    ...phoneFields,
    ...twilioFields,
    ...senderField,
    whatsAppProvider: z
      .enum(['TWILIO', 'WEBHOOK'])
      .nullish()
      .meta({ description: '`WEBHOOK`: your server sends the message. Absent: messages stay in the outbox.' }),
    whatsAppContentSid: z
      .string()
      .regex(/^HX[0-9a-fA-F]{32}$/, 'is not a content SID of Twilio')
      .nullish()
      .meta({ description: 'The approved authentication template of Twilio, whose variable `1` is the code. Required for `TWILIO`.' }),
  },
  apply(before, sent, { seal }) {
    const settings = applyTwilioCredentials(before, applyPhoneSettings(before, sent), seal, 'whatsAppProvider')
    // WhatsApp delivers nothing else to somebody who has not written first.
    if (settings.whatsAppProvider === 'TWILIO' && settings.whatsAppContentSid === undefined) {
      throw new ApiError('invalid_request', '`whatsAppContentSid` is required for the provider `TWILIO`')
    }
    return settings
  },
  show: showTwilioCredentials,
}
