import { z } from 'zod'
import { enrolmentFields } from '../../authenticators/enrolment-settings.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { MethodSettings } from '../../tenants/configurable-method.ts'

/** The stored settings of a method that sends codes. */
export interface CodeSettings extends MethodSettings {
  verificationCodeLength?: number
  webhookUrl?: string
}

const shortest = 6
const longest = 10

/** Members of the configuration that every such method has. */
export const codeFields = {
  ...enrolmentFields,
  verificationCodeLength: z
    .int()
    .min(2)
    .max(longest)
    .nullish()
    .meta({ description: `Digits of a code, ${shortest} to ${longest}. Default ${shortest}.` }),
  webhookUrl: z.string().max(2048).nullish().meta({ description: 'Where the provider `WEBHOOK` is called.' }),
}

/** What is stored: `null` clears a setting. Refuses a code that can be guessed. */
export function applyCodeSettings(before: MethodSettings, sent: MethodSettings): CodeSettings {
  const settings: Record<string, unknown> = { ...before, ...sent }
  for (const [key, value] of Object.entries(settings)) if (value === null) delete settings[key]
  const { verificationCodeLength: length } = settings as CodeSettings
  if (length !== undefined && length < shortest) {
    throw new ApiError(
      'invalid_request',
      `\`verificationCodeLength\` must be at least ${shortest}: a shorter code can be guessed (NIST SP 800-63B asks for ${shortest} digits)`,
    )
  }
  return settings
}

export function codeLengthOf({ verificationCodeLength }: CodeSettings): number {
  return Math.max(verificationCodeLength ?? shortest, shortest)
}
