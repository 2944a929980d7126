import type { VerificationMethod } from '@sallyport/engine'
import { z } from 'zod'
import type { ActionSettings, Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { checkMethods } from './check-rule.ts'
import { upliftMethods } from './rule-json.ts'

/** The settings of an action, which are not part of its policy, as the wire has them. `null` clears a field, absence leaves it as it is. */
export const settingsFields = {
  defaultVerificationMethod: z.string().max(64).nullish(),
  promptToEnrollVerificationMethods: upliftMethods.nullish(),
  messagingTemplates: z.record(z.string().max(35), z.object({ defaultTemplate: z.string().max(4096) })).nullish(),
  verificationWebhookUrl: z.url().max(2048).nullish(),
  requiredDataPoints: z
    .array(z.string().min(1).max(256))
    .max(64)
    .nullish()
    .meta({ description: 'Data points that a track of this action must have.' }),
}

const settingsBody = z.object(settingsFields)
export type SettingsPatch = z.infer<typeof settingsBody>

/** Refuses settings that name methods or data points the tenant does not have. */
export function checkSettings(tenant: Tenant, patch: SettingsPatch): void {
  if (patch.defaultVerificationMethod) checkMethods(tenant, [patch.defaultVerificationMethod])
  for (const name of patch.requiredDataPoints ?? []) {
    if (tenant.dataPoints.get(name)?.modelType !== 'action') {
      throw new ApiError('invalid_request', `\`requiredDataPoints\`: there is no data point \`${name}\` for actions`)
    }
  }
}

/** The settings after a patch. */
export function applySettings(before: ActionSettings, patch: SettingsPatch): ActionSettings {
  const settings: ActionSettings = { ...before }
  // `checkSettings` has seen that it is one.
  set(settings, 'defaultVerificationMethod', patch.defaultVerificationMethod as VerificationMethod | null | undefined)
  set(settings, 'promptToEnrollVerificationMethods', patch.promptToEnrollVerificationMethods)
  set(settings, 'messagingTemplates', patch.messagingTemplates)
  set(settings, 'verificationWebhookUrl', patch.verificationWebhookUrl)
  set(settings, 'requiredDataPoints', patch.requiredDataPoints)
  return settings
}

/** Settings as the wire has them. */
export function toSettingsJson(settings: ActionSettings): SettingsPatch {
  return settings as SettingsPatch
}

function set<K extends keyof ActionSettings>(settings: ActionSettings, key: K, value: ActionSettings[K] | null): void {
  if (value === null) delete settings[key]
  else if (value !== undefined) settings[key] = value
}
