import type { VerificationMethod } from '@sallyport/engine'
import { z } from 'zod'
import type { ActionSettings, Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { unsupported } from '../http/unsupported.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'
import { checkMethods } from './check-rule.ts'

/** The settings of an action, which are not part of its policy, as the wire has them. `null` clears a field, absence leaves it as it is. */
export const settingsFields = {
  defaultVerificationMethod: z.string().max(64).nullish(),
  verificationWebhookUrl: z.string().min(1).max(2048).nullish().meta({
    description:
      'Called before a challenge of this action succeeds (`action.verify`), signed, once, within five seconds. Everything but an answer of 2xx refuses it.',
  }),
  allowUntrackedSignIn: z.boolean().nullish().meta({
    description:
      'Whether a sign-in for the action that was not tracked first satisfies it. Default: only while the action has no active rule and its default outcome is ALLOW or CHALLENGE.',
  }),
  requiredDataPoints: z
    .array(z.string().min(1).max(256))
    .max(64)
    .nullish()
    .meta({ description: 'Data points that a track of this action must have.' }),
}

const settingsBody = z.object(settingsFields)
export type SettingsPatch = z.infer<typeof settingsBody>

/** Settings of the original API that this release does not carry out. */
export const unsupportedSettings = unsupported('promptToEnrollVerificationMethods', 'messagingTemplates', 'actionNodes', 'flowVersion')

export interface CheckSettingsDeps {
  webhooks: Pick<Webhooks, 'problemOf'>
}

/** Refuses settings that name methods or data points the tenant does not have, or a URL that can never be called. */
export function checkSettings({ webhooks }: CheckSettingsDeps, tenant: Tenant, patch: SettingsPatch): void {
  if (patch.defaultVerificationMethod) checkMethods(tenant, [patch.defaultVerificationMethod])
  const problem = patch.verificationWebhookUrl ? webhooks.problemOf(patch.verificationWebhookUrl) : undefined
  if (problem !== undefined) throw new ApiError('invalid_request', `\`verificationWebhookUrl\` ${problem}`)
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
  set(settings, 'verificationWebhookUrl', patch.verificationWebhookUrl)
  set(settings, 'requiredDataPoints', patch.requiredDataPoints)
  set(settings, 'allowUntrackedSignIn', patch.allowUntrackedSignIn)
  return settings
}

/** Settings as the wire has them, without what an earlier release stored and none carries out. */
export function toSettingsJson(settings: ActionSettings): SettingsPatch {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => Object.hasOwn(settingsFields, name)))
}

function set<K extends keyof ActionSettings>(settings: ActionSettings, key: K, value: ActionSettings[K] | null): void {
  if (value === null) delete settings[key]
  else if (value !== undefined) settings[key] = value
}
