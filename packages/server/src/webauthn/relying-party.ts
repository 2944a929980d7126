import type { EnrolmentRules } from '../authenticators/enrolment-obstacle.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'

/** A verification method whose authenticators are WebAuthn credentials. */
export interface WebauthnMethod extends NamedMethod {
  /** `passkeys`. */
  plural: string
  /** In force where the tenant has set nothing else. */
  defaults: Pick<RelyingParty, 'userVerification' | 'residentKey' | 'authenticatorAttachment' | 'hints'>
}

/** A tenant's configuration of a WebAuthn method with every default filled in. */
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
  requireChallengeToAdd: boolean
}

/** The stored settings of the configuration of a WebAuthn method. */
export interface CredentialSettings {
  relyingParty?: { id: string; name?: string }
  expectedOrigins?: string[]
  userVerificationRequirement?: 'discouraged' | 'preferred' | 'required'
  authenticatorAttachment?: 'cross-platform' | 'platform' | 'all-supported'
  [other: string]: unknown
}

export function enrolmentRulesOf({ allowFirstEnrolmentWithoutScope, requireChallengeToAdd }: RelyingParty): EnrolmentRules {
  return { allowFirstEnrolmentWithoutScope, requireChallengeToAdd }
}

const residentKeys = ['discouraged', 'preferred', 'required'] as const
const knownHints = ['security-key', 'client-device', 'hybrid']

/** Refuses with `invalid_configuration` when the tenant has no active configuration of the method, or one without relying party or origins. */
export function loadRelyingParty(tenant: Tenant, { name, noun, plural, defaults }: WebauthnMethod): RelyingParty {
  const configuration = tenant.authenticatorConfigurations.find(({ verificationMethod }) => verificationMethod === name)
  if (!configuration?.isActive) throw new ApiError('invalid_configuration', `${plural} are not enabled for this tenant`)
  const settings = configuration.settings as CredentialSettings
  const { relyingParty, authenticatorAttachment: attachment } = settings
  const origins = settings.expectedOrigins ?? []
  if (relyingParty === undefined || relyingParty.id === '' || origins.length === 0) {
    throw new ApiError('invalid_configuration', `the ${noun} configuration of this tenant has no relying party or no origins`)
  }
  return {
    rpId: relyingParty.id,
    rpName: relyingParty.name ?? tenant.name,
    origins,
    topOrigins: textsOf(settings.expectedTopOrigins),
    userVerification: settings.userVerificationRequirement ?? defaults.userVerification,
    residentKey: residentKeys.find((value) => value === settings.residentKey) ?? defaults.residentKey,
    authenticatorAttachment: attachment === 'platform' || attachment === 'cross-platform' ? attachment : defaults.authenticatorAttachment,
    hints: settings.passkeyRegistrationHints === undefined ? defaults.hints : hintsOf(settings.passkeyRegistrationHints),
    allowFirstEnrolmentWithoutScope: settings.allowFirstEnrolmentWithoutScope === true,
    requireChallengeToAdd: settings.requireChallengeToAddPasskey === true,
  }
}

function hintsOf(value: unknown): string[] {
  return textsOf(value).filter((hint) => knownHints.includes(hint))
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}
