import { z } from 'zod'
import { enrolmentFields } from '../../authenticators/enrolment-settings.ts'
import type { MethodSettings } from '../../tenants/configurable-method.ts'
import { answerLimitFields, sendLimitFields } from '../../tries/limit-settings.ts'
import { refuseBadTemplate } from './own-text.ts'

/** The stored settings of a method that sends codes. */
export interface CodeSettings extends MethodSettings {
  verificationCodeLength?: number
  webhookUrl?: string
}

/** Digits. A shorter code can be guessed: NIST SP 800-63B, 3.1.3.2. */
export const shortestCode = 6
export const longestCode = 10

/** Members of the configuration that every such method has. */
export const codeFields = {
  ...enrolmentFields,
  ...answerLimitFields,
  ...sendLimitFields,
  verificationCodeLength: z
    .int()
    .min(shortestCode)
    .max(longestCode)
    .nullish()
    .meta({ description: `Digits of a code, ${shortestCode} to ${longestCode}. Default ${shortestCode}.` }),
  webhookUrl: z.string().max(2048).nullish().meta({ description: 'Where the provider `WEBHOOK` is called.' }),
}

/** What is stored: `null` clears a setting. */
export function applyCodeSettings(before: MethodSettings, sent: MethodSettings): CodeSettings {
  const settings: Record<string, unknown> = { ...before, ...sent }
  for (const [key, value] of Object.entries(settings)) if (value === null) delete settings[key]
  if (typeof settings.messageTemplate === 'string') refuseBadTemplate(settings.messageTemplate)
  return settings
}

export function codeLengthOf({ verificationCodeLength }: CodeSettings): number {
  return verificationCodeLength ?? shortestCode
}
