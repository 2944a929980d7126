import type { ChallengeStrength } from '@sallyport/engine'
import type { AnsweredChallenge } from '../../challenges/challenge-row.ts'
import type { ChallengeSeal } from '../../challenges/challenge-seal.ts'
import { isOpen, loadDemands } from '../../challenges/open-instance.ts'
import { type RecordAnswerDeps, recordAnswer, unusableChallenge, useUp } from '../../challenges/record-answer.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { InstanceKey } from '../../storage/store.ts'
import { issueToken, type TokenClaims } from '../../tokens/challenge-token.ts'
import { loadTokenInstance } from '../../tokens/load-token-instance.ts'
import { type AuthenticationChallenge, openAuthenticationChallenge } from './authentication-challenge.ts'
import { type Refusal, refuse } from './ceremony-refusal.ts'
import { type ClientData, readClientData } from './check-client-data.ts'
import type { AuthenticationCredential } from './credential-schema.ts'
import { findPasskeyAndHolder, type Passkey, type PasskeyHolder } from './find-passkey.ts'
import { loadRelyingParty, type RelyingParty } from './passkey-settings.ts'
import { type CeremonyContext, invalidCredential } from './refused-ceremony.ts'
import { type Assertion, type AuthenticationVerdict, verifyAuthentication } from './verify-authentication.ts'

export interface VerifyPasskeyDeps extends CeremonyContext, RecordAnswerDeps {
  config: { issuer: string }
  challengeSeal: ChallengeSeal
  /** Forgets challenges that were answered long ago. */
  purge: () => Promise<void>
}

export interface VerifyPasskeyInput {
  credential: AuthenticationCredential
  challengeId?: string
  deviceId?: string
  userAgent?: string
  ipAddress: string
}

export interface VerifiedPasskey {
  accessToken: string
  passkey: Passkey
  holder: PasskeyHolder
}

/** What every passed challenge lets its user do for as long as the token lives. */
const resultScope = 'read:authenticators add:authenticators update:authenticators remove:authenticators'

/**
 * Verifies the answer to authentication options.
 *
 * With a token, it answers the challenge of the instance the token is for. Without, it signs in whoever's passkey it is: as an action instance of its own,
 * or, when an idempotency key was named, as the answer to the instance that the user was tracked for.
 *
 * In this order, each step after the one before: the challenge was made here, for this caller, and has not expired; the instance waits for an answer; the
 * assertion is verified; then `recordAnswer`, in one transaction, sees that the challenge was not answered before and that the number of answers is within
 * the limit, looks at instance and authenticator again, and stores what follows. Nothing is said of the verdict before that is on disk.
 */
export async function verifyPasskey(
  deps: VerifyPasskeyDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  input: VerifyPasskeyInput,
): Promise<VerifiedPasskey> {
  const { tenantId } = tenant
  const party = loadRelyingParty(tenant)
  const clientData = readClientData(input.credential.response.clientDataJSON)
  const challenge = openAnsweredChallenge(deps, tenantId, token, clientData, input.challengeId)
  const answered: AnsweredChallenge = { ...challenge, tenantId, kind: 'passkey_authentication', userId: token?.userId ?? null }
  const demanded = token && (await loadDemands(deps.store.db, tenant, await loadTokenInstance(deps.store, token)))
  await deps.purge()

  const found = await findPasskeyAndHolder(deps.store.db, tenantId, input.credential.id)
  if (found === undefined) {
    await useUp(deps, answered)
    deps.log.warn({ tenantId, userId: token?.userId, ceremony: 'authentication' }, 'unknown passkey')
    // It makes a browser forget a passkey, so it is said of those only that are not on file.
    throw new ApiError('unknown_credential', 'the passkey is not on file')
  }
  const { passkey, holder } = found
  const userId = token?.userId ?? holder.userId
  const key = instanceKeyOfAnswer(tenantId, challenge, userId)
  const verdict = await judge()
  const { deviceId, userAgent, ipAddress } = input
  const recorded = await recordAnswer(deps, { tenant, challenge: answered, key, passkey, deviceId, userAgent, ipAddress }, verdict)
  if (!recorded.passed) {
    const about = { tenantId, userId, ceremony: 'authentication' as const, userAuthenticatorId: passkey.row.user_authenticator_id }
    const { refusal } = recorded
    throw invalidCredential(deps, about, refusal, refusal.reason === 'not_device_bound' ? wrongKind : undefined)
  }
  const accessToken = issueToken(tenant, deps.config.issuer, {
    kind: 'result',
    userId: recorded.key.userId,
    actionCode: recorded.key.action,
    idempotencyKey: recorded.key.idempotencyKey,
    scope: resultScope,
    jti: deps.newId(),
    at: deps.clock(),
  })
  return { accessToken, passkey, holder }

  async function judge(): Promise<AuthenticationVerdict> {
    // WA-06: a passkey of somebody else is no answer for the user who was asked.
    if (holder.userId !== userId) return refuse('credential_not_allowed')
    const assessed = await verifyAnswer(party, challenge, passkey, holder, input.credential, clientData, token === undefined)
    if (!assessed.verified) return assessed
    // Without a token nobody was known when the options were made, so what the instance demands is looked at now.
    const demands = demanded ?? (key && (await loadNamedDemands(key)))
    return unmetDemand(assessed.assertion, challenge, demands) ?? assessed
  }

  /**
   * An instance named by the browser must be there: one made now under a key the browser chose would be found, already passed, by the track that was to
   * decide it.
   */
  async function loadNamedDemands(named: InstanceKey): Promise<ChallengeStrength> {
    try {
      const instance = await deps.store.findInstance(named)
      if (instance === undefined || !isOpen(instance)) throw new ApiError('invalid_request', 'this action does not wait for a challenge')
      return await loadDemands(deps.store.db, tenant, instance)
    } catch (error) {
      if (error instanceof ApiError) await useUp(deps, answered)
      throw error
    }
  }
}

function verifyAnswer(
  party: RelyingParty,
  challenge: AuthenticationChallenge,
  { credentialId, publicKey, backupEligible, row }: Passkey,
  { userHandle }: PasskeyHolder,
  credential: AuthenticationCredential,
  clientData: ClientData | undefined,
  requireUserHandle: boolean,
): Promise<AuthenticationVerdict> {
  return verifyAuthentication({
    credential,
    clientData,
    stored: { credentialId, publicKey, signCount: row.sign_count, backupEligible, userHandle },
    challenge: challenge.text,
    rpId: party.rpId,
    origins: party.origins,
    topOrigins: party.topOrigins,
    requireUserVerification: challenge.requireUserVerification || party.userVerification === 'required',
    allowedCredentials: challenge.allowedCredentials,
    requireUserHandle,
  })
}

/** Said only of a proof that is good in itself: it tells its user what to use instead, and nobody else anything. */
const wrongKind = 'this action asks for a passkey that stays on one device, and this one is synced'

/** What the rule that decided asks of the proof, on top of what the ceremony asked. */
function unmetDemand(
  assertion: Assertion,
  challenge: AuthenticationChallenge,
  demanded: ChallengeStrength | undefined,
): Refusal | undefined {
  if (demanded?.userVerification === true && !assertion.userVerified) return refuse('user_not_verified')
  const requireDeviceBound = challenge.requireDeviceBound || demanded?.deviceBound === true
  return requireDeviceBound && assertion.backupEligible ? refuse('not_device_bound') : undefined
}

/** The challenge that was signed, which is for this caller. Nothing is used up yet. */
function openAnsweredChallenge(
  deps: VerifyPasskeyDeps,
  tenantId: string,
  token: TokenClaims | undefined,
  clientData: ClientData | undefined,
  challengeId: string | undefined,
): AuthenticationChallenge {
  const signed = clientData?.challenge
  if (typeof signed !== 'string') throw new ApiError('invalid_credential', 'the passkey was not accepted')
  const challenge = openAuthenticationChallenge(deps.challengeSeal, tenantId, token, signed, deps.clock())
  if (challenge === undefined) throw unusableChallenge()
  // Clients send the id of the options, or the one of the challenge that named the action.
  if (challengeId !== undefined && challengeId !== challenge.challengeId && challengeId !== challenge.action?.challengeId) {
    throw unusableChallenge()
  }
  return challenge
}

/** The tracked instance an answer is for. `undefined`: none, the sign-in becomes one of its own. */
function instanceKeyOfAnswer(
  tenantId: string,
  { actionCode, idempotencyKey }: AuthenticationChallenge,
  userId: string,
): InstanceKey | undefined {
  return idempotencyKey === null ? undefined : { tenantId, userId, action: actionCode, idempotencyKey }
}
