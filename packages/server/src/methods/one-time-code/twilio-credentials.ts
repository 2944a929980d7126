import type { VerificationMethod } from '@sallyport/engine'
import { z } from 'zod'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { ConfigurationTools, MethodSettings } from '../../tenants/configurable-method.ts'
import type { CarrierDeps } from './code-method.ts'
import type { TwilioAccount } from './twilio-carrier.ts'

const credentials = z.strictObject({
  accountSid: z.string().regex(/^AC[0-9a-fA-F]{32}$/, 'is not an account SID of Twilio'),
  authToken: z.string().min(1).max(128).optional().meta({ description: 'Never returned. Absent in a change: as it was.', writeOnly: true }),
  messagingServiceSid: z
    .string()
    .regex(/^MG[0-9a-fA-F]{32}$/, 'is not a messaging service SID of Twilio')
    .optional(),
})

export const twilioFields = { twilioCredentials: credentials.nullish() }

export const senderField = {
  sender: z
    .string()
    .min(1)
    .max(32)
    .nullish()
    .meta({ description: 'The number or name that messages come from, where no messaging service is named.' }),
}

/** What is stored of an account at Twilio: its secret encrypted. */
interface StoredTwilio {
  accountSid: string
  messagingServiceSid?: string
  sealedToken: string
}

/** The settings with the secret encrypted. `member` names the provider. Refuses what a message could not be sent with. */
export function applyTwilioCredentials(
  before: MethodSettings,
  settings: MethodSettings,
  seal: ConfigurationTools['seal'],
  member: 'smsProvider' | 'whatsAppProvider',
): MethodSettings {
  const known = before.twilioCredentials as StoredTwilio | undefined
  const sent = settings.twilioCredentials as (z.infer<typeof credentials> & Partial<StoredTwilio>) | undefined
  const stored = sent === undefined || sent === known ? known : toStored(sent, known, seal)
  const next = { ...settings }
  if (sent === undefined) delete next.twilioCredentials
  else next.twilioCredentials = stored
  if (settings[member] === 'TWILIO') {
    if (sent === undefined) throw new ApiError('invalid_request', '`twilioCredentials` is required for the provider `TWILIO`')
    if (stored?.messagingServiceSid === undefined && settings.sender === undefined) {
      throw new ApiError('invalid_request', '`sender` or `twilioCredentials.messagingServiceSid` is required for the provider `TWILIO`')
    }
  } else if (sent !== undefined && sent !== known) {
    throw new ApiError('invalid_request', `\`twilioCredentials\` belongs to the provider \`TWILIO\`, and \`${member}\` names another`)
  }
  if (settings[member] === 'WEBHOOK' && settings.webhookUrl === undefined) {
    throw new ApiError('invalid_request', '`webhookUrl` is required for the provider `WEBHOOK`')
  }
  return next
}

function toStored(
  { accountSid, authToken, messagingServiceSid }: z.infer<typeof credentials>,
  known: StoredTwilio | undefined,
  seal: ConfigurationTools['seal'],
): StoredTwilio {
  const sealedToken = authToken === undefined ? (known?.accountSid === accountSid ? known.sealedToken : undefined) : seal(authToken)
  if (sealedToken === undefined) throw new ApiError('invalid_request', '`twilioCredentials.authToken` is required')
  return { accountSid, ...(messagingServiceSid && { messagingServiceSid }), sealedToken }
}

export function showTwilioCredentials(settings: MethodSettings): MethodSettings {
  const { twilioCredentials, ...shown } = settings as { twilioCredentials?: StoredTwilio }
  if (twilioCredentials === undefined) return shown
  const { sealedToken: _, ...known } = twilioCredentials
  return { ...shown, twilioCredentials: known }
}

/** The account that messages are sent with, its secret decrypted. */
export function openTwilioAccount(
  { providerSecrets }: Pick<CarrierDeps, 'providerSecrets'>,
  { tenantId }: Tenant,
  settings: MethodSettings,
  method: VerificationMethod,
): TwilioAccount {
  const stored = settings.twilioCredentials as StoredTwilio | undefined
  if (stored === undefined) throw new ApiError('invalid_configuration', '`twilioCredentials` is not set')
  const { accountSid, messagingServiceSid, sealedToken } = stored
  const from = typeof settings.sender === 'string' ? settings.sender : undefined
  return { accountSid, authToken: providerSecrets.open(sealedToken, tenantId, method), messagingServiceSid, from }
}
