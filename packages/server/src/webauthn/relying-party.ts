import type { EnrolmentRules } from '../authenticators/enrolment-obstacle.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { passkeyName } from '../methods/passkey/passkey-name.ts'

/** A tenant's passkey configuration with every default filled in. */
export interface RelyingParty {
  rpId: string
  rpName: string
  origins: readonly string[]
  /** Pages of other origins that may hold the ceremony in a frame. */
  topOrigins: readonly string[]
  userVerification: 'discouraged' | 'preferred' | 'required'
  residentKey: 'discouraged' | 'preferred' | 'required'
  authenticatorAttachment: 'platform' | 'cross-platform' | undefined
  hints: readonly string[]
  allowFirstEnrolmentWithoutScope: boolean
  requireChallengeToAddPasskey: boolean
}

/** The stored settings of the passkey configuration. */
export interface PasskeySettings {
  relyingParty?: { id: string; name?: string }
  expectedOrigins?: string[]
  userVerificationRequirement?: 'discouraged' | 'preferred' | 'required'
  authenticatorAttachment?: 'cross-platform' | 'platform' | 'all-supported'
  [other: string]: unknown
}

export function enrolmentRulesOf({ allowFirstEnrolmentWithoutScope, requireChallengeToAddPasskey }: RelyingParty): EnrolmentRules {
  return { allowFirstEnrolmentWithoutScope, requireChallengeToAdd: requireChallengeToAddPasskey }
}

const residentKeys = ['discouraged', 'preferred', 'required'] as const
const knownHints = ['security-key', 'client-device', 'hybrid']

/** Refuses with `invalid_configuration` when the tenant has no active passkey configuration, or one without relying party or origins. */
export function loadRelyingParty(tenant: Tenant): RelyingParty {
  const configuration = tenant.authenticatorConfigurations.find(({ verificationMethod }) => verificationMethod === passkeyName.name)
  if (!configuration?.isActive) throw new ApiError('invalid_configuration', 'passkeys are not enabled for this tenant')
  const settings = configuration.settings as PasskeySettings
  const { relyingParty, authenticatorAttachment: attachment } = settings
  const origins = settings.expectedOrigins ?? []
  if (relyingParty === undefined || relyingParty.id === '' || origins.length === 0) {
    throw new ApiError('invalid_configuration', 'the passkey configuration of this tenant has no relying party or no origins')
  }
  return {
    rpId: relyingParty.id,
    rpName: relyingParty.name ?? tenant.name,
    origins,
    topOrigins: textsOf(settings.expectedTopOrigins),
    userVerification: settings.userVerificationRequirement ?? 'required',
    residentKey: residentKeys.find((value) => value === settings.residentKey) ?? 'required',
    authenticatorAttachment: attachment === 'platform' || attachment === 'cross-platform' ? attachment : undefined,
    hints: textsOf(settings.passkeyRegistrationHints).filter((hint) => knownHints.includes(hint)),
    allowFirstEnrolmentWithoutScope: settings.allowFirstEnrolmentWithoutScope === true,
    requireChallengeToAddPasskey: settings.requireChallengeToAddPasskey === true,
  }
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
