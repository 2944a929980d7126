import { isIP } from 'node:net'
import { z } from 'zod'
import type { StoredMailServer } from '../../delivery/tenant-mail-server.ts'
import { ApiError } from '../../errors/api-error.ts'
import { readMailSender } from '../../mail/mail-settings.ts'
import type { ConfigurationTools, MethodSettings } from '../../tenants/configurable-method.ts'

const credentials = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65535),
  secure: z.boolean().meta({ description: '`true`: TLS from the first byte. `false`: STARTTLS, or nothing is sent.' }),
  user: z.string().min(1).max(320).optional(),
  password: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .meta({ description: 'Never returned. Absent in a change: as it was, for the same server and user.', writeOnly: true }),
  from: z
    .string()
    .min(3)
    .max(400)
    .meta({ examples: ['Acme Bank <no-reply@acme.example>'] }),
})
type Credentials = z.infer<typeof credentials>

export const mailServerFields = { smtpEmailCredentials: credentials.nullish() }

/** The settings with the password encrypted. Refuses what no mail could be sent with. */
export function applyMailServer(before: MethodSettings, settings: MethodSettings, tools: ConfigurationTools): MethodSettings {
  const known = before.smtpEmailCredentials as StoredMailServer | undefined
  const sent = settings.smtpEmailCredentials as Credentials | StoredMailServer | undefined
  if (settings.emailProvider === 'SMTP') {
    if (sent === undefined) throw new ApiError('invalid_request', '`smtpEmailCredentials` is required for the provider `SMTP`')
  } else if (sent !== undefined && sent !== known) {
    throw new ApiError('invalid_request', '`smtpEmailCredentials` belongs to the provider `SMTP`, and `emailProvider` names another')
  }
  if (sent === undefined || sent === known) return settings
  return { ...settings, smtpEmailCredentials: toStored(sent as Credentials, known, tools) }
}

function toStored(
  { host, port, secure, user, password, from }: Credentials,
  known: StoredMailServer | undefined,
  { seal, problemOfHost }: ConfigurationTools,
): StoredMailServer {
  if (isIP(host) === 0 && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host)) {
    throw new ApiError('invalid_request', '`smtpEmailCredentials.host` is not the name or address of a mail server')
  }
  if (problemOfHost(host) !== undefined) {
    throw new ApiError(
      'invalid_request',
      '`smtpEmailCredentials.host` is in a private network, which `SALLYPORT_WEBHOOK_NETWORKS` does not allow',
    )
  }
  const sender = readMailSender(from)
  if (typeof sender === 'string') throw new ApiError('invalid_request', `\`smtpEmailCredentials.from\` ${sender}`)
  // Only where it was: who may change settings must not have the password sent to a server of their own.
  const isSame = known?.host === host && known.port === port && known.secure === secure && known.user === user
  const sealedPassword = password === undefined ? (isSame ? known.sealedPassword : undefined) : seal(password)
  if ((user === undefined) !== (sealedPassword === undefined)) {
    throw new ApiError('invalid_request', '`smtpEmailCredentials` needs both `user` and `password`, or neither')
  }
  return { host, port, secure, from, ...(user !== undefined && { user, sealedPassword }) }
}

export function showMailServer(settings: MethodSettings): MethodSettings {
  const { smtpEmailCredentials, ...shown } = settings as { smtpEmailCredentials?: StoredMailServer }
  if (smtpEmailCredentials === undefined) return shown
  const { sealedPassword: _, ...known } = smtpEmailCredentials
  return { ...shown, smtpEmailCredentials: known }
}
