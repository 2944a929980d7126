import { actionChallengeDigest } from '../challenges/action-challenge.ts'
import type { AnsweringAuthenticator, Proof } from '../challenges/answer.ts'
import { type AnswerChallengeDeps, answerChallenge, type PassedChallenge } from '../challenges/answer-challenge.ts'
import type { ChallengeSeal } from '../challenges/challenge-seal.ts'
import { notAccepted, unusableChallenge } from '../challenges/refused-answer.ts'
import { type OpenedChallenge, openChallenge } from '../challenges/sealed-challenge.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { advanceCredential } from './advance-credential.ts'
import { type AuthenticationDetails, signInActionCode } from './authentication-challenge.ts'
import { refuse } from './ceremony-refusal.ts'
import { type ClientData, readClientData } from './check-client-data.ts'
import type { AuthenticationCredential } from './credential-schema.ts'
import { type Credential, type CredentialHolder, findCredentialAndHolder } from './find-credential.ts'
import { loadRelyingParty, type RelyingParty, type WebauthnMethod } from './relying-party.ts'
import { type Assertion, type AuthenticationVerdict, verifyAuthentication } from './verify-authentication.ts'

export interface VerifyCredentialDeps extends AnswerChallengeDeps {
  challengeSeal: ChallengeSeal
}

export interface VerifyCredentialInput {
  credential: AuthenticationCredential
  challengeId?: string
  deviceId?: string
  userAgent?: string
  ipAddress: string
}

/** A credential with its user, as it answers. */
interface AnsweringCredential extends AnsweringAuthenticator {
  credential: Credential
  holder: CredentialHolder
}

interface CredentialProof extends Proof {
  assertion: Assertion
}

/** Said only of a proof that is good in itself: it tells its user what to use instead, and nobody else anything. */
function hintsOf({ noun, aNoun }: WebauthnMethod): Readonly<Record<string, string>> {
  return {
    not_device_bound: `this action asks for ${aNoun} that stays on one device, and this one is synced`,
    user_verification_new: `this ${noun} was created without verifying its user, so it cannot show who that is: create another one`,
  }
}

/** Verifies the answer to authentication options, as `answerChallenge` does. */
export function verifyCredential(
  deps: VerifyCredentialDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  method: WebauthnMethod,
  input: VerifyCredentialInput,
): Promise<PassedChallenge<AnsweringCredential>> {
  const { tenantId } = tenant
  const party = loadRelyingParty(tenant, method)
  const { credential, deviceId, userAgent, ipAddress } = input
  const clientData = readClientData(credential.response.clientDataJSON)
  const challenge = openAnsweredChallenge(deps, tenantId, token, method, clientData, input.challengeId)
  return answerChallenge<AnsweringCredential, CredentialProof>(deps, tenant, token, {
    method,
    challenge: {
      challengeId: challenge.challengeId,
      expiresAt: challenge.expiresAt,
      actionCode: token?.actionCode ?? challenge.action?.code ?? signInActionCode,
      idempotencyKey: token?.idempotencyKey ?? challenge.action?.idempotencyKey ?? null,
    },
    async find() {
      const found = await findCredentialAndHolder(deps.store.db, tenantId, method, credential.id)
      return found && { ...found, userId: found.holder.userId, userAuthenticatorId: found.credential.row.user_authenticator_id }
    },
    async check(found) {
      const verdict = await verifyAnswer(party, challenge, found, credential, clientData, token === undefined)
      if (!verdict.verified) return verdict
      const { assertion } = verdict
      const isDeviceBound = !assertion.backupEligible
      // Whoever finds a key that only wants a touch can set a PIN on it, so its first verification shows nothing (WebAuthn Level 3, "uvInitialized").
      const userVerified = assertion.userVerified && found.credential.details.uvInitialized !== false
      if (!userVerified && mustVerifyUser(challenge, party)) return refuse('user_verification_new')
      // Asked when the options were made; the instance is asked again by whoever called.
      if (challenge.requireDeviceBound && !isDeviceBound) return refuse('not_device_bound')
      return { verified: true, proof: { assertion, userVerified, isDeviceBound } }
    },
    advance: (db, answering, { assertion }, at) => advanceCredential(db, answering.credential, assertion, at),
    hints: hintsOf(method),
    deviceId,
    userAgent,
    ipAddress,
  })
}

function verifyAnswer(
  party: RelyingParty,
  challenge: OpenedChallenge<AuthenticationDetails>,
  { credential: { credentialId, publicKey, backupEligible, row }, holder }: AnsweringCredential,
  answer: AuthenticationCredential,
  clientData: ClientData | undefined,
  requireUserHandle: boolean,
): Promise<AuthenticationVerdict> {
  return verifyAuthentication({
    credential: answer,
    clientData,
    stored: { credentialId, publicKey, signCount: row.sign_count, backupEligible, userHandle: holder.userHandle },
    challenge: challenge.text,
    rpId: party.rpId,
    origins: party.origins,
    topOrigins: party.topOrigins,
    requireUserVerification: mustVerifyUser(challenge, party),
    allowedCredentials: challenge.allowedCredentials,
    requireUserHandle,
  })
}

function mustVerifyUser({ requireUserVerification }: AuthenticationDetails, { userVerification }: RelyingParty): boolean {
  return requireUserVerification || userVerification === 'required'
}

/** The challenge that was signed, which is for this caller. Nothing is used up yet. */
function openAnsweredChallenge(
  deps: VerifyCredentialDeps,
  tenantId: string,
  token: TokenClaims | undefined,
  method: WebauthnMethod,
  clientData: ClientData | undefined,
  challengeId: string | undefined,
): OpenedChallenge<AuthenticationDetails> {
  const signed = clientData?.challenge
  if (typeof signed !== 'string') throw new ApiError('invalid_credential', notAccepted(method))
  const asked = { tenantId, token, method }
  const challenge = openChallenge<AuthenticationDetails>(deps.challengeSeal, asked, signed, deps.clock())
  if (challenge === undefined) throw unusableChallenge()
  // Clients send the id of the options, or the one of the challenge that named the action.
  const isNamed =
    challengeId === undefined ||
    challengeId === challenge.challengeId ||
    actionChallengeDigest(challengeId) === challenge.action?.challengeId
  if (!isNamed) throw unusableChallenge()
  return challenge
}
