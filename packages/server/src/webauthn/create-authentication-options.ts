import { actionChallengeDigest, openActionChallenge } from '../challenges/action-challenge.ts'
import { challengeLifetimeMs } from '../challenges/challenge-row.ts'
import type { ChallengeSeal } from '../challenges/challenge-seal.ts'
import { beginChallenge, wrongMethod } from '../challenges/open-instance.ts'
import { refuseUntracked } from '../challenges/refuse-untracked.ts'
import { sealChallenge } from '../challenges/sealed-challenge.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { passkeyName } from '../methods/passkey/passkey-name.ts'
import type { Store } from '../storage/store.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { type AuthenticationDetails, credentialDigest, signInActionCode } from './authentication-challenge.ts'
import { toDescriptor } from './create-registration-options.ts'
import { type ListedPasskey, listPasskeys } from './find-credential.ts'
import { loadRelyingParty, type RelyingParty } from './relying-party.ts'

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
 * With a token: for the user and the instance it is for, naming the user's passkeys. Without: for whoever answers, naming none, so that nobody learns who
 * exists (WA-17). Nothing is stored: what the answer is checked against is sealed in the challenge.
 */
export async function createAuthenticationOptions(
  deps: AuthenticationOptionsDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  input: AuthenticationOptionsInput,
) {
  const party = loadRelyingParty(tenant)
  const ceremony = token === undefined ? forAnybody(deps, tenant, input) : await forUserOf(deps, party, tenant, token)
  const requireUserVerification = party.userVerification === 'required' || ceremony.requireUserVerification
  const details: AuthenticationDetails = {
    expiresAt: deps.clock() + challengeLifetimeMs,
    requireUserVerification,
    requireDeviceBound: ceremony.requireDeviceBound,
    allowedCredentials: ceremony.allowed?.map(({ id }) => credentialDigest(id)) ?? null,
    action: ceremony.action,
  }
  const asked = { tenantId: tenant.tenantId, token, method: passkeyName }
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

function forAnybody(deps: AuthenticationOptionsDeps, tenant: Tenant, input: AuthenticationOptionsInput): Ceremony {
  const challengeId = input.challengeId ?? input.cookieChallengeId
  const started =
    challengeId === undefined ? undefined : openActionChallenge(deps.challengeSeal, tenant.tenantId, challengeId, deps.clock())
  if (started === undefined && input.challengeId !== undefined) {
    throw new ApiError('invalid_request', 'the challenge `challengeId` is unknown or has expired')
  }
  const actionCode = started?.code ?? signInActionCode
  if (started?.idempotencyKey == null) refuseUntracked(tenant, actionCode)
  const methods = tenant.actions.get(actionCode)?.definition.verificationMethods ?? []
  if (methods.length > 0 && !methods.includes(passkeyName.name)) throw wrongMethod(passkeyName)
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

async function forUserOf(deps: AuthenticationOptionsDeps, party: RelyingParty, tenant: Tenant, token: TokenClaims): Promise<Ceremony> {
  const { userVerification, deviceBound } = await beginChallenge(deps, tenant, token, passkeyName)
  const passkeys = await listPasskeys(deps.store.db, token.tenantId, token.userId)
  const mustVerify = userVerification || party.userVerification === 'required'
  const usable = passkeys.filter(
    ({ backupEligible, details }) => (!deviceBound || backupEligible === false) && (!mustVerify || details.uvInitialized !== false),
  )
  if (usable.length === 0) throw new ApiError('not_enrolled', `the user has ${lackOf(passkeys, deviceBound)}`)
  return {
    action: null,
    // The ones bound last: a user who has that many has them at hand.
    allowed: usable.slice(-maxAllowed).map(toDescriptor),
    requireUserVerification: userVerification,
    requireDeviceBound: deviceBound,
  }
}

/** A passkey that is not device-bound, or was made without verifying its user, is no use where the action or the tenant asks for more. */
function lackOf(passkeys: readonly ListedPasskey[], deviceBound: boolean): string {
  if (passkeys.length === 0) return 'no passkey'
  const isSynced = deviceBound && passkeys.every(({ backupEligible }) => backupEligible !== false)
  return isSynced
    ? 'no device-bound passkey, which this action requires'
    : 'no passkey that was created with user verification, which this action requires'
}
