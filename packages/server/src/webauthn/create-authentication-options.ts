import { actionChallengeDigest, openActionChallenge } from '../challenges/action-challenge.ts'
import { challengeLifetimeMs } from '../challenges/challenge-row.ts'
import type { ChallengeSeal } from '../challenges/challenge-seal.ts'
import { beginChallenge, wrongMethod } from '../challenges/open-instance.ts'
import { refuseUntracked } from '../challenges/refuse-untracked.ts'
import { sealChallenge } from '../challenges/sealed-challenge.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { type AuthenticationDetails, credentialDigest, signInActionCode } from './authentication-challenge.ts'
import { toDescriptor } from './create-registration-options.ts'
import { type ListedCredential, listCredentials } from './find-credential.ts'
import { loadRelyingParty, type RelyingParty, type WebauthnMethod } from './relying-party.ts'

export interface AuthenticationOptionsDeps {
  store: Store
  challengeSeal: ChallengeSeal
  clock: () => number
}

export interface AuthenticationOptionsInput {
  /** Of the challenge that named the action. */
  challengeId?: string
  /** The same from a cookie, which may be left over from another visit: when it names nothing, no action was named. */
  cookieChallengeId?: string
}

/** As many as Chromium takes in one request. */
const maxAllowed = 64

/**
 * Makes the options of an authentication ceremony: WebAuthn Level 3, "Options for Assertion Generation".
 *
 * With a token: for the user and the instance it is for, naming the user's credentials. Without: for whoever answers, naming none, so that nobody learns who
 * exists (WA-17). Nothing is stored: what the answer is checked against is sealed in the challenge.
 */
export async function createAuthenticationOptions(
  deps: AuthenticationOptionsDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  method: WebauthnMethod,
  input: AuthenticationOptionsInput,
) {
  const party = loadRelyingParty(tenant, method)
  const ceremony = token === undefined ? forAnybody(deps, tenant, method, input) : await forUserOf(deps, party, tenant, method, token)
  const requireUserVerification = party.userVerification === 'required' || ceremony.requireUserVerification
  const details: AuthenticationDetails = {
    expiresAt: deps.clock() + challengeLifetimeMs,
    requireUserVerification,
    requireDeviceBound: ceremony.requireDeviceBound,
    allowedCredentials: ceremony.allowed?.map(({ id }) => credentialDigest(id)) ?? null,
    action: ceremony.action,
  }
  const asked = { tenantId: tenant.tenantId, token, method }
  const { challengeId, challenge } = sealChallenge(deps.challengeSeal, asked, details)
  return {
    challengeId,
    options: {
      challenge,
      rpId: party.rpId,
      allowCredentials: ceremony.allowed ?? [],
      timeout: challengeLifetimeMs,
      userVerification: requireUserVerification ? ('required' as const) : party.userVerification,
    },
  }
}

interface Ceremony extends Pick<AuthenticationDetails, 'action' | 'requireUserVerification' | 'requireDeviceBound'> {
  allowed: ReturnType<typeof toDescriptor>[] | null
}

function forAnybody(deps: AuthenticationOptionsDeps, tenant: Tenant, method: WebauthnMethod, input: AuthenticationOptionsInput): Ceremony {
  const challengeId = input.challengeId ?? input.cookieChallengeId
  const started =
    challengeId === undefined ? undefined : openActionChallenge(deps.challengeSeal, tenant.tenantId, challengeId, deps.clock())
  if (started === undefined && input.challengeId !== undefined) {
    throw new ApiError('invalid_request', 'the challenge `challengeId` is unknown or has expired')
  }
  const actionCode = started?.code ?? signInActionCode
  if (started?.idempotencyKey == null) refuseUntracked(tenant, actionCode)
  const methods = tenant.actions.get(actionCode)?.definition.verificationMethods ?? []
  if (methods.length > 0 && !methods.includes(method.name)) throw wrongMethod(method)
  return {
    action:
      started === undefined || challengeId === undefined
        ? null
        : { code: actionCode, idempotencyKey: started.idempotencyKey, challengeId: actionChallengeDigest(challengeId) },
    allowed: null,
    requireUserVerification: false,
    requireDeviceBound: false,
  }
}

async function forUserOf(
  deps: AuthenticationOptionsDeps,
  party: RelyingParty,
  tenant: Tenant,
  method: WebauthnMethod,
  token: TokenClaims,
): Promise<Ceremony> {
  const { userVerification, deviceBound } = await beginChallenge(deps, tenant, token, method)
  const credentials = await listCredentials(deps.store.db, token.tenantId, token.userId, method)
  const mustVerify = userVerification || party.userVerification === 'required'
  const usable = credentials.filter(
    ({ backupEligible, details }) => (!deviceBound || backupEligible === false) && (!mustVerify || details.uvInitialized !== false),
  )
  if (usable.length === 0) throw new ApiError('not_enrolled', `the user has ${lackOf(method, credentials, deviceBound)}`)
  return {
    action: null,
    // The ones bound last: a user who has that many has them at hand.
    allowed: usable.slice(-maxAllowed).map(toDescriptor),
    requireUserVerification: userVerification,
    requireDeviceBound: deviceBound,
  }
}

/** A credential that is not device-bound, or was made without verifying its user, is no use where the action or the tenant asks for more. */
function lackOf({ noun }: WebauthnMethod, credentials: readonly ListedCredential[], deviceBound: boolean): string {
  if (credentials.length === 0) return `no ${noun}`
  const isSynced = deviceBound && credentials.every(({ backupEligible }) => backupEligible !== false)
  return isSynced
    ? `no device-bound ${noun}, which this action requires`
    : `no ${noun} that was created with user verification, which this action requires`
}
