import { z } from 'zod'
import { enrolmentFields } from '../../authenticators/enrolment-settings.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { MethodSettings } from '../../tenants/configurable-method.ts'
import { answerLimitFields, sendLimitFields } from '../../tries/limit-settings.ts'
import { refuseBadTemplate } from './own-text.ts'

/** The stored settings of a method that sends codes. */
export interface CodeSettings extends MethodSettings {
  verificationCodeLength?: number
  webhookUrl?: string
}

/** Digits. */
export const shortestCode = 6
export const longestCode = 10

/** Members of the configuration that every such method has. */
export const codeFields = {
  ...enrolmentFields,
  ...answerLimitFields,
  ...sendLimitFields,
  verificationCodeLength: z
    .int()
    .min(2)
    .max(longestCode)
    .nullish()
    .meta({ description: `Digits of a code, ${shortestCode} to ${longestCode}. Default ${shortestCode}.` }),
  webhookUrl: z.string().max(2048).nullish().meta({ description: 'Where the provider `WEBHOOK` is called.' }),
}

/** What is stored: `null` clears a setting. Refuses a code that can be guessed. */
export function applyCodeSettings(before: MethodSettings, sent: MethodSettings): CodeSettings {
  const settings: Record<string, unknown> = { ...before, ...sent }
  for (const [key, value] of Object.entries(settings)) if (value === null) delete settings[key]
  const { verificationCodeLength: length } = settings as CodeSettings
  if (length !== undefined && length < shortestCode) {
    throw new ApiError(
      'invalid_request',
      `\`verificationCodeLength\` must be at least ${shortestCode}: a shorter code can be guessed (NIST SP 800-63B asks for ${shortestCode} digits)`,
    )
  }
  if (typeof settings.messageTemplate === 'string') refuseBadTemplate(settings.messageTemplate)
  return settings
}

export function codeLengthOf({ verificationCodeLength }: CodeSettings): number {
  return Math.max(verificationCodeLength ?? shortestCode, shortestCode)
}
