import type { ParsedUserAgent } from '../authenticators/authenticator-json.ts'
import type { BoundColumns } from '../authenticators/authenticator-row.ts'
import { type BoundAuthenticator, type FinishBindingDeps, finishBinding } from '../challenges/finish-binding.ts'
import { notAccepted, unusableChallenge } from '../challenges/refused-answer.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { readUserAgent } from '../tracked/read-user-agent.ts'
import { findAuthenticatorName } from './authenticator-name.ts'
import { readClientData } from './check-client-data.ts'
import type { RegistrationDetails } from './create-registration-options.ts'
import type { CredentialDetails } from './credential-details.ts'
import type { RegistrationCredential } from './credential-schema.ts'
import { idOfRegistration } from './registration-challenge.ts'
import { enrolmentRulesOf, loadRelyingParty, type WebauthnMethod } from './relying-party.ts'
import { type RegisteredCredential, verifyRegistration } from './verify-registration.ts'

export interface AddCredentialInput {
  credential: RegistrationCredential
  challengeId?: string
  conditionalCreate: boolean
  deviceId?: string
  userAgent?: string
  ipAddress: string
}

/** Binds the credential that answers registration options to the user of the token, as `finishBinding` does. */
export function addCredential(
  deps: FinishBindingDeps,
  tenant: Tenant,
  token: TokenClaims,
  method: WebauthnMethod,
  input: AddCredentialInput,
): Promise<BoundAuthenticator> {
  const party = loadRelyingParty(tenant, method)
  const { credential, conditionalCreate, ipAddress, userAgent } = input
  return finishBinding(deps, tenant, token, {
    method,
    rules: enrolmentRulesOf(party),
    challengeId: readChallengeId(method, input),
    ipAddress,
    userAgent,
    async check({ text, ...begun }) {
      const details = begun.details as RegistrationDetails
      const verdict = await verifyRegistration({
        credential,
        challenge: text ?? '',
        ...party,
        requireUserVerification: details.requireUserVerification || party.userVerification === 'required',
        isConditionalCreate: conditionalCreate,
      })
      if (!verdict.verified) return verdict
      return { verified: true, columns: toColumns(input, details, verdict.credential), userVerified: verdict.credential.userVerified }
    },
  })
}

/** The id of the challenge that was signed, which the one beside it has to agree with. */
function readChallengeId(method: WebauthnMethod, { credential, challengeId }: AddCredentialInput): string {
  const signed = readClientData(credential.response.clientDataJSON)?.challenge
  if (typeof signed !== 'string') throw new ApiError('invalid_credential', notAccepted(method))
  const id = idOfRegistration(signed)
  if (challengeId !== undefined && challengeId !== id) throw unusableChallenge()
  return id
}

function toColumns(input: AddCredentialInput, registration: RegistrationDetails, credential: RegisteredCredential): BoundColumns {
  const details: CredentialDetails = {
    username: registration.username,
    displayName: registration.displayName,
    deviceId: input.deviceId,
    uvInitialized: credential.userVerified,
    authenticatorAttachment: input.credential.authenticatorAttachment ?? undefined,
    parsedUserAgent: input.userAgent === undefined ? undefined : toParsedUserAgent(input.userAgent),
  }
  const transports = input.credential.response.transports?.filter((transport) => /^[a-z-]{1,32}$/.test(transport))
  return {
    credential_id: credential.credentialId,
    public_key: credential.publicKey,
    sign_count: credential.signCount,
    backup_eligible: credential.backupEligible ? 1 : 0,
    backup_state: credential.backupState ? 1 : 0,
    transports: transports === undefined || transports.length === 0 ? null : JSON.stringify(transports),
    aaguid: credential.aaguid,
    name: findAuthenticatorName(credential.aaguid) ?? null,
    details,
  }
}

function toParsedUserAgent(userAgent: string): ParsedUserAgent {
  const { raw, browserName, browserVersion, osName, osVersion } = readUserAgent(userAgent)
  const known = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return {
    ua: raw,
    browser: { name: known(browserName), version: known(browserVersion), major: known(browserVersion) },
    os: { name: known(osName), version: known(osVersion) },
  }
}
