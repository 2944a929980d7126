import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'

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
  /** A user without any authenticator may bind the first one with a token that was not made for it. Off: see `enrolment-obstacle.ts`. */
  allowFirstEnrolmentWithoutScope: boolean
  /** A further passkey can be bound only after a passed challenge, whatever scope the application asked for. */
  requireChallengeToAddPasskey: boolean
}

const residentKeys = ['discouraged', 'preferred', 'required'] as const
const knownHints = ['security-key', 'client-device', 'hybrid']

/** Refuses with `invalid_configuration` when the tenant has no active passkey configuration, or one without relying party or origins. */
export function loadRelyingParty(tenant: Tenant): RelyingParty {
  const configuration = tenant.authenticatorConfigurations.find(({ verificationMethod }) => verificationMethod === 'PASSKEY')
  if (!configuration?.isActive) throw new ApiError('invalid_configuration', 'passkeys are not enabled for this tenant')
  const { settings } = configuration
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
