/** The settings of an action as the API takes them; `null` is what holds without them. */
export interface ActionSettings {
  defaultVerificationMethod: string | null
  verificationWebhookUrl: string | null
  allowUntrackedSignIn: boolean | null
  requiredDataPoints: string[] | null
}

/** The same as fields have them. */
export interface SettingsDraft {
  defaultVerificationMethod: string | null
  verificationWebhookUrl: string
  allowUntrackedSignIn: 'usual' | 'yes' | 'no'
  requiredDataPoints: readonly string[]
}

export function draftOfSettings(settings: { [Name in keyof ActionSettings]?: ActionSettings[Name] | undefined }): SettingsDraft {
  const { defaultVerificationMethod, verificationWebhookUrl, allowUntrackedSignIn, requiredDataPoints } = settings
  return {
    defaultVerificationMethod: defaultVerificationMethod ?? null,
    verificationWebhookUrl: verificationWebhookUrl ?? '',
    allowUntrackedSignIn: allowUntrackedSignIn == null ? 'usual' : allowUntrackedSignIn ? 'yes' : 'no',
    requiredDataPoints: requiredDataPoints ?? [],
  }
}

export function settingsOfDraft(draft: SettingsDraft): ActionSettings {
  const { defaultVerificationMethod, verificationWebhookUrl, allowUntrackedSignIn, requiredDataPoints } = draft
  return {
    defaultVerificationMethod,
    verificationWebhookUrl: verificationWebhookUrl.trim() || null,
    allowUntrackedSignIn: allowUntrackedSignIn === 'usual' ? null : allowUntrackedSignIn === 'yes',
    requiredDataPoints: requiredDataPoints.length === 0 ? null : [...requiredDataPoints],
  }
}
