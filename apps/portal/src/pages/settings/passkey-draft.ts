import type { components } from '../../../generated/api-types.ts'
import { wordsOf } from './words-of.ts'

type Configuration = components['schemas']['AuthenticatorConfiguration']

/** What the form holds: no member is absent, and an empty one means as usual. */
export function draftOf(configuration: Configuration) {
  return {
    relyingPartyName: configuration.relyingPartyName ?? '',
    userVerificationRequirement: configuration.userVerificationRequirement ?? ('' as const),
    residentKey: configuration.residentKey ?? ('' as const),
    authenticatorAttachment: configuration.authenticatorAttachment ?? ('' as const),
    passkeyRegistrationHints: configuration.passkeyRegistrationHints ?? [],
    topOrigins: (configuration.expectedTopOrigins ?? []).join('\n'),
    preventRemovingLastPasskey: configuration.preventRemovingLastPasskey ?? false,
    requireChallengeToAddPasskey: configuration.requireChallengeToAddPasskey ?? false,
    allowFirstEnrolmentWithoutScope: configuration.allowFirstEnrolmentWithoutScope ?? false,
  }
}

export type PasskeyDraft = ReturnType<typeof draftOf>
type Change = Partial<Omit<Configuration, 'authenticatorId' | 'verificationMethod' | 'isActive'>>

/** What has to be sent to come from one to the other. `null` clears a setting. */
export function changesOf(before: PasskeyDraft, after: PasskeyDraft): Change {
  const members = (draft: PasskeyDraft): Change => {
    const { topOrigins, relyingPartyName, passkeyRegistrationHints, ...rest } = draft
    const top = wordsOf(topOrigins)
    return {
      ...rest,
      userVerificationRequirement: draft.userVerificationRequirement || null,
      residentKey: draft.residentKey || null,
      authenticatorAttachment: draft.authenticatorAttachment || null,
      relyingPartyName: relyingPartyName.trim() || null,
      passkeyRegistrationHints: passkeyRegistrationHints.length === 0 ? null : passkeyRegistrationHints,
      expectedTopOrigins: top.length === 0 ? null : top,
    }
  }
  const was: Record<string, unknown> = members(before)
  return Object.fromEntries(Object.entries(members(after)).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(was[name])))
}
