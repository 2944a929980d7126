import type { ChallengeStrength, Instance } from '@sallyport/engine'
import { type ChallengeRow, challengeIdOf, consumeChallenge, countAnswers, findOpenChallenge } from '../challenges/challenge-row.ts'
import { ApiError } from '../http/api-error.ts'
import type { InstanceKey, Store } from '../storage/store.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { issueToken, type TokenClaims } from '../tokens/challenge-token.ts'
import { findUser, type UserRow } from '../users/user-row.ts'
import { type Refusal, refuse } from './ceremony-refusal.ts'
import { readClientData } from './check-client-data.ts'
import type { AuthenticationDetails } from './create-authentication-options.ts'
import type { AuthenticationCredential } from './credential-schema.ts'
import { findPasskey, type Passkey } from './find-passkey.ts'
import { loadTokenInstance } from './load-token-instance.ts'
import { isOpen, loadDemands } from './open-instance.ts'
import { loadRelyingParty } from './passkey-settings.ts'
import { recordFailedAnswer } from './record-failed-answer.ts'
import { recordPassedAnswer } from './record-passed-answer.ts'
import { type CeremonyContext, invalidCredential } from './refused-ceremony.ts'
import { type Assertion, verifyAuthentication } from './verify-authentication.ts'

export interface VerifyPasskeyDeps extends CeremonyContext {
  store: Store
  config: { issuer: string }
  clock: () => number
  newId: () => string
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
  user: UserRow
}

/** Answers to one instance that are evaluated; after the last of them failed, only a new track helps (TX-09). */
export const maxAnswers = 5

/** What every passed challenge lets its user do for as long as the token lives. */
const resultScope = 'read:authenticators add:authenticators update:authenticators remove:authenticators'

/**
 * Verifies the answer to authentication options.
 *
 * With a token, it answers the challenge of the instance the token is for. Without, it signs in whoever's passkey it is: as an action instance of its own,
 * or, when an idempotency key was named, as the answer to the instance that the user was tracked for.
 *
 * In this order, each step after the one before: the challenge is found and is for this caller; the instance waits for an answer; the challenge is used
 * up (once, by one statement); the number of answers is within the limit; the assertion verifies; everything that changes is stored in one transaction,
 * which looks at instance and authenticator again.
 */
export async function verifyPasskey(
  deps: VerifyPasskeyDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  input: VerifyPasskeyInput,
): Promise<VerifiedPasskey> {
  const { tenantId } = tenant
  const party = loadRelyingParty(tenant)
  const row = await findAnsweredChallenge(deps, tenantId, token, input)
  const details = JSON.parse(row.details) as AuthenticationDetails
  const demanded = token && (await loadDemands(deps.store.db, tenant, await loadTokenInstance(deps.store, token)))

  if (row.webauthn_challenge === null || !(await consumeChallenge(deps.store.db, row, deps.clock()))) throw unusableChallenge()
  const answers = token === undefined ? 1 : await countAnswers(deps.store.db, row)

  const { passkey, user } = await findAnsweringPasskey(deps, tenantId, token, input)
  const key = instanceKeyOfAnswer(tenantId, row, token?.userId ?? user.user_id)
  const verdict = refusalBeforehand(answers, passkey, token) ?? (await verifyAnswer(row.webauthn_challenge, passkey, user))
  if (!verdict.verified) return refuseAnswer(verdict)
  // Without a token nobody was known when the options were made, so what the instance demands is looked at now.
  const demands = demanded ?? (key && (await loadDemands(deps.store.db, tenant, await loadNamedInstance(deps, key))))
  const unmet = unmetDemand(verdict.assertion, details, demands)
  if (unmet !== undefined) return refuseAnswer(unmet)

  const passed = await recordPassedAnswer(deps, {
    tenant,
    row,
    key,
    passkey,
    assertion: verdict.assertion,
    deviceId: input.deviceId,
    userAgent: input.userAgent,
    ipAddress: input.ipAddress,
  })
  if (!passed.recorded) return refuseAnswer(refuse(passed.reason))
  const accessToken = issueToken(tenant, deps.config.issuer, {
    kind: 'result',
    userId: passed.key.userId,
    actionCode: passed.key.action,
    idempotencyKey: passed.key.idempotencyKey,
    scope: resultScope,
    jti: deps.newId(),
    at: deps.clock(),
  })
  return { accessToken, passkey, user }

  function verifyAnswer(challenge: string, { credentialId, publicKey, backupEligible, row: stored }: Passkey, { user_handle }: UserRow) {
    return verifyAuthentication({
      credential: input.credential,
      stored: { credentialId, publicKey, signCount: stored.sign_count, backupEligible, userHandle: user_handle },
      challenge,
      ...party,
      requireUserVerification: details.requireUserVerification || party.userVerification === 'required',
      allowedCredentialIds: details.allowedCredentialIds,
      requireUserHandle: token === undefined,
    })
  }

  async function refuseAnswer(refusal: Refusal): Promise<never> {
    const userAuthenticatorId = passkey.row.user_authenticator_id
    const about = { tenantId, userId: token?.userId ?? user.user_id, ceremony: 'authentication' as const, userAuthenticatorId }
    await recordFailedAnswer(deps, {
      about,
      reason: refusal.reason,
      ipAddress: input.ipAddress,
      // Without a token anybody may have sent it: that must not end the challenge of the user (RL-06).
      endsInstance: token !== undefined && answers >= maxAnswers ? key : undefined,
      features: tenant.features,
    })
    throw invalidCredential(deps, about, refusal, refusal.reason === 'not_device_bound' ? wrongKind : undefined)
  }
}

/** Said only of a proof that is good in itself: it tells its user what to use instead, and nobody else anything. */
const wrongKind = 'this action asks for a passkey that stays on one device, and this one is synced'

function refusalBeforehand(answers: number, passkey: Passkey, token: TokenClaims | undefined): Refusal | undefined {
  if (answers > maxAnswers) return refuse('too_many_answers')
  // WA-06: a passkey of somebody else is no answer for the user who was asked.
  return token !== undefined && passkey.row.user_id !== token.userId ? refuse('credential_not_allowed') : undefined
}

/** What the rule that decided asks of the proof, on top of what the ceremony asked. */
function unmetDemand(assertion: Assertion, details: AuthenticationDetails, demanded: ChallengeStrength | undefined): Refusal | undefined {
  if (demanded?.userVerification === true && !assertion.userVerified) return refuse('user_not_verified')
  const requireDeviceBound = details.requireDeviceBound || demanded?.deviceBound === true
  return requireDeviceBound && assertion.backupEligible ? refuse('not_device_bound') : undefined
}

/** The open challenge that holds the bytes that were signed, and is for this caller. Nothing is used up yet. */
async function findAnsweredChallenge(
  deps: VerifyPasskeyDeps,
  tenantId: string,
  token: TokenClaims | undefined,
  { credential, challengeId }: VerifyPasskeyInput,
): Promise<ChallengeRow> {
  const answered = readClientData(credential.response.clientDataJSON)?.challenge
  if (typeof answered !== 'string') throw new ApiError('invalid_credential', 'the passkey was not accepted')
  const id = challengeIdOf(answered)
  const row = await findOpenChallenge(deps.store.db, tenantId, 'passkey_authentication', id, deps.clock())
  if (row === undefined || !isForCaller(row, token)) throw unusableChallenge()
  // Clients send the id of the options, or the one of the challenge that named the action.
  const { actionChallengeId } = JSON.parse(row.details) as AuthenticationDetails
  if (challengeId !== undefined && challengeId !== id && challengeId !== actionChallengeId) throw unusableChallenge()
  return row
}

/** A challenge made with a token is answered with a token for the same instance, one made without is answered without. */
function isForCaller(row: ChallengeRow, token: TokenClaims | undefined): boolean {
  if (token === undefined) return row.user_id === null
  return (
    token.kind === 'challenge' &&
    row.user_id === token.userId &&
    row.action_code === token.actionCode &&
    row.idempotency_key === token.idempotencyKey
  )
}

function unusableChallenge(): ApiError {
  return new ApiError('invalid_request', 'the challenge is unknown, has expired or was answered already')
}

/** The passkey on file under the answered id, with its user. `unknown_credential` makes a browser forget a passkey, so it is said of those only that are not on file. */
async function findAnsweringPasskey(
  deps: VerifyPasskeyDeps,
  tenantId: string,
  token: TokenClaims | undefined,
  { credential }: VerifyPasskeyInput,
): Promise<{ passkey: Passkey; user: UserRow }> {
  const passkey = await findPasskey(deps.store.db, tenantId, credential.id)
  const user = passkey === undefined ? undefined : await findUser(deps.store.db, tenantId, passkey.row.user_id)
  if (passkey !== undefined && user !== undefined) return { passkey, user }
  deps.log.warn({ tenantId, userId: token?.userId, ceremony: 'authentication' }, 'unknown passkey')
  throw new ApiError('unknown_credential', 'the passkey is not on file')
}

/** The tracked instance an answer is for. `undefined`: none, the sign-in becomes one of its own. */
function instanceKeyOfAnswer(tenantId: string, row: ChallengeRow, userId: string): InstanceKey | undefined {
  if (row.action_code === null || row.idempotency_key === null) return undefined
  return { tenantId, userId, action: row.action_code, idempotencyKey: row.idempotency_key }
}

/**
 * An instance named by the browser must be there: one made now under a key the browser chose would be found, already passed, by the track that was to
 * decide it.
 */
async function loadNamedInstance(deps: VerifyPasskeyDeps, key: InstanceKey): Promise<Instance> {
  const instance = await deps.store.findInstance(key)
  if (instance === undefined || !isOpen(instance)) throw new ApiError('invalid_request', 'this action does not wait for a challenge')
  return instance
}
