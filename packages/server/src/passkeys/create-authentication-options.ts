import {
  challengeIdOf,
  challengeLifetimeMs,
  createWebauthnChallenge,
  findOpenChallenge,
  insertChallenge,
} from '../challenges/challenge-row.ts'
import { ApiError } from '../http/api-error.ts'
import type { Store } from '../storage/store.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { toDescriptor } from './create-registration-options.ts'
import { listPasskeys } from './find-passkey.ts'
import { loadTokenInstance } from './load-token-instance.ts'
import { loadDemands } from './open-instance.ts'
import { loadRelyingParty } from './passkey-settings.ts'

export interface AuthenticationOptionsDeps {
  store: Store
  clock: () => number
  purge: () => Promise<void>
}

export interface AuthenticationOptionsInput {
  /** Of the challenge that named the action. */
  challengeId?: string
  /** The same from a cookie, which may be left over from another visit: when it names nothing, no action was named. */
  cookieChallengeId?: string
}

/** What an assertion is checked against when it comes, beside the challenge itself. */
export interface AuthenticationDetails {
  requireUserVerification: boolean
  requireDeviceBound: boolean
  /** `null`: any passkey of the relying party. */
  allowedCredentialIds: string[] | null
  /** The challenge that named the action, when there was one. */
  actionChallengeId: string | null
}

/** The action of a sign-in that names none. */
export const signInActionCode = 'passkey-sign-in'

/**
 * Makes the options of an authentication ceremony: WebAuthn Level 3, "Options for Assertion Generation".
 *
 * With a token: for the user and the instance it is for, naming the user's passkeys. Without: for whoever answers, naming none, so that nobody learns who
 * exists (WA-17).
 */
export async function createAuthenticationOptions(
  deps: AuthenticationOptionsDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  input: AuthenticationOptionsInput,
) {
  const party = loadRelyingParty(tenant)
  await deps.purge()
  const ceremony = token === undefined ? await forAnybody(deps, tenant, input) : await forUserOf(deps, tenant, token)
  const requireUserVerification = party.userVerification === 'required' || ceremony.requireUserVerification
  const details: AuthenticationDetails = {
    requireUserVerification,
    requireDeviceBound: ceremony.requireDeviceBound,
    allowedCredentialIds: ceremony.allowed?.map(({ id }) => id) ?? null,
    actionChallengeId: ceremony.actionChallengeId,
  }
  const at = deps.clock()
  const challenge = createWebauthnChallenge()
  const challengeId = challengeIdOf(challenge)
  await insertChallenge(deps.store.db, {
    tenant_id: tenant.tenantId,
    challenge_id: challengeId,
    kind: 'passkey_authentication',
    user_id: token?.userId ?? null,
    action_code: ceremony.actionCode,
    idempotency_key: ceremony.idempotencyKey,
    webauthn_challenge: challenge,
    details: JSON.stringify(details),
    created_at: at,
    expires_at: at + challengeLifetimeMs,
    consumed_at: null,
  })
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

interface Ceremony {
  actionCode: string
  idempotencyKey: string | null
  actionChallengeId: string | null
  allowed: ReturnType<typeof toDescriptor>[] | null
  requireUserVerification: boolean
  requireDeviceBound: boolean
}

async function forAnybody(deps: AuthenticationOptionsDeps, tenant: Tenant, input: AuthenticationOptionsInput): Promise<Ceremony> {
  const challengeId = input.challengeId ?? input.cookieChallengeId
  const started =
    challengeId === undefined ? undefined : await findOpenChallenge(deps.store.db, tenant.tenantId, 'action', challengeId, deps.clock())
  if (started === undefined && input.challengeId !== undefined) {
    throw new ApiError('invalid_request', 'the challenge of `challengeId` is unknown or has expired')
  }
  const actionCode = started?.action_code ?? signInActionCode
  const methods = tenant.actions.get(actionCode)?.definition.verificationMethods ?? []
  if (methods.length > 0 && !methods.includes('PASSKEY')) {
    throw new ApiError('invalid_request', 'this action can not be answered with a passkey')
  }
  return {
    actionCode,
    idempotencyKey: started?.idempotency_key ?? null,
    actionChallengeId: started?.challenge_id ?? null,
    allowed: null,
    requireUserVerification: false,
    requireDeviceBound: false,
  }
}

async function forUserOf(deps: AuthenticationOptionsDeps, tenant: Tenant, token: TokenClaims): Promise<Ceremony> {
  // TK-03: the token of a passed challenge starts no other one.
  if (token.kind !== 'challenge') throw new ApiError('invalid_request', 'the token is the result of a challenge that was passed already')
  const instance = await loadTokenInstance(deps.store, token)
  const { userVerification, deviceBound } = await loadDemands(deps.store.db, tenant, instance)
  const passkeys = await listPasskeys(deps.store.db, token.tenantId, token.userId)
  const usable = deviceBound ? passkeys.filter(({ backupEligible }) => backupEligible === false) : passkeys
  if (usable.length === 0) {
    const wanted = deviceBound && passkeys.length > 0 ? 'no passkey that stays on one device, which this action asks for' : 'no passkey'
    throw new ApiError('AUTHENTICATOR_NOT_FOUND', `the user has ${wanted}`)
  }
  return {
    actionCode: token.actionCode,
    idempotencyKey: token.idempotencyKey,
    actionChallengeId: null,
    allowed: usable.map(toDescriptor),
    requireUserVerification: userVerification,
    requireDeviceBound: deviceBound,
  }
}
