import { z } from 'zod'
import { ApiError } from '../../errors/api-error.ts'
import type { ConfigurationTools, MethodSettings } from '../../tenants/configurable-method.ts'
import { applyCodeSettings, codeFields } from './code-settings.ts'
import { applyMailServer, mailServerFields, showMailServer } from './mail-server-credentials.ts'

/** Members of the configuration that every method has which sends mail. */
export const mailFields = {
  ...codeFields,
  ...mailServerFields,
  emailProvider: z.enum(['SMTP', 'WEBHOOK']).nullish().meta({
    description:
      '`SMTP`: the mail server of `smtpEmailCredentials`. `WEBHOOK`: your server sends the mail. Absent: the mail server of this server, or the outbox while there is none.',
  }),
}

export function applyMailSettings(before: MethodSettings, sent: MethodSettings, tools: ConfigurationTools): MethodSettings {
  const settings = applyMailServer(before, applyCodeSettings(before, sent), tools)
  if (settings.emailProvider === 'WEBHOOK' && settings.webhookUrl === undefined) {
    throw new ApiError('invalid_request', '`webhookUrl` is required for the provider `WEBHOOK`')
  }
  return settings
}

export const showMailSettings = showMailServer
