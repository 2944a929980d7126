import { z } from 'zod'
import type { MethodSettings } from '../../tenants/configurable-method.ts'
import { applyCodeSettings, type CodeSettings, codeFields } from './code-settings.ts'

/** Members of the configuration that every method has which sends mail. */
export const mailFields = {
  ...codeFields,
  emailProvider: z.enum(['WEBHOOK']).nullish().meta({
    description: '`WEBHOOK`: your server sends the mail. Absent: the mail server of this server, or the outbox while there is none.',
  }),
}

export function applyMailSettings(before: MethodSettings, sent: MethodSettings): CodeSettings {
  return applyCodeSettings(before, sent)
}

export function showMailSettings(settings: MethodSettings): MethodSettings {
  return settings
}
