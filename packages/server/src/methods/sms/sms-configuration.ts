import { z } from 'zod'
import type { ConfigurableMethod } from '../../tenants/configurable-method.ts'
import { applyPhoneSettings, phoneFields } from '../one-time-code/phone-settings.ts'
import { applyTwilioCredentials, senderField, showTwilioCredentials, twilioFields } from '../one-time-code/twilio-credentials.ts'

/** How the management API configures codes by text message. */
export const smsConfiguration: ConfigurableMethod['configuration'] = {
  path: 'sms',
  plural: 'text message codes',
  title: 'text message code configuration',
  fields: {
    ...phoneFields,
    ...twilioFields,
    smsProvider: z
      .enum(['TWILIO', 'WEBHOOK'])
      .nullish()
      .meta({ description: '`WEBHOOK`: your server sends the message. Absent: messages stay in the outbox.' }),
    ...senderField,
    messageTemplate: z
      .string()
      .min(1)
      .max(300)
      .nullish()
      .meta({ description: 'The text, with `{{code}}` and, if wanted, `{{app}}`. Absent: our own, which also says what is approved.' }),
  },
  apply: (before, sent, { seal }) => applyTwilioCredentials(before, applyPhoneSettings(before, sent), seal, 'smsProvider'),
  show: showTwilioCredentials,
}
