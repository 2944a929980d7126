import { instanceEntities } from '@sallyport/engine'
import { insertAuditEntry } from '../../audit/insert-audit-entry.ts'
import type { AuthenticatorDetails, AuthenticatorRow } from '../../authenticators/authenticator-json.ts'
import { enrolmentObstacle } from '../../authenticators/enrolment-obstacle.ts'
import { listAuthenticators } from '../../authenticators/list-authenticators.ts'
import { type ChallengeRow, challengeIdOf, consumeChallenge, findOpenChallenge } from '../../challenges/challenge-row.ts'
import { unusableChallenge } from '../../challenges/record-answer.ts'
import { settlePassed } from '../../challenges/settle-passed.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Db, Store } from '../../storage/store.ts'
import { isUniqueViolation } from '../../storage/store-errors.ts'
import { issueToken, type TokenClaims } from '../../tokens/challenge-token.ts'
import { instanceKeyOf, loadTokenInstance } from '../../tokens/load-token-instance.ts'
import { readUserAgent } from '../../tracked/read-user-agent.ts'
import { findAuthenticatorName } from './authenticator-name.ts'
import { readClientData } from './check-client-data.ts'
import type { RegistrationDetails } from './create-registration-options.ts'
import type { RegistrationCredential } from './credential-schema.ts'
import { loadRelyingParty } from './passkey-settings.ts'
import { type CeremonyContext, invalidCredential } from './refused-ceremony.ts'
import { type RegisteredCredential, verifyRegistration } from './verify-registration.ts'

export interface AddPasskeyDeps extends CeremonyContext {
  store: Store
  config: { issuer: string }
  clock: () => number
  newId: () => string
}

export interface AddPasskeyInput {
  credential: RegistrationCredential
  challengeId?: string
  conditionalCreate: boolean
  deviceId?: string
  userAgent?: string
  ipAddress: string
}

export interface AddedPasskey {
  row: AuthenticatorRow
  accessToken: string
}

/**
 * Binds the passkey that answers registration options to the user of the token.
 *
 * The challenge is used up by the first answer that is judged, whatever becomes of it. Everything that is stored, the use of challenge and token included, is
 * one transaction after all checks (WA-20): of two answers at once with one token, one binds (EN-03, EN-09), and an answer that could not be stored can be
 * sent again.
 *
 * An instance that was allowed ends as `CHALLENGE_SUCCEEDED`, so that the token validates, when the user was verified; one that asks for a challenge goes
 * on asking.
 */
export async function addPasskey(deps: AddPasskeyDeps, tenant: Tenant, token: TokenClaims, input: AddPasskeyInput): Promise<AddedPasskey> {
  const party = loadRelyingParty(tenant)
  const { tenantId, userId } = token
  await loadTokenInstance(deps.store, token)
  const { row: challenge, text, details } = await loadChallenge(deps, token, input)

  const verdict = await verifyRegistration({
    credential: input.credential,
    challenge: text,
    ...party,
    requireUserVerification: details.requireUserVerification || party.userVerification === 'required',
    isConditionalCreate: input.conditionalCreate,
  })
  const at = deps.clock()
  if (!verdict.verified) {
    if (!(await consumeChallenge(deps.store.db, challenge, at))) throw unusableChallenge()
    throw invalidCredential(deps, { tenantId, userId, ceremony: 'registration' }, verdict)
  }

  const { features } = tenant
  const row = toRow(deps.newId(), token, input, details, verdict.credential, at)
  try {
    const refusal = await deps.store.transaction({ tenantId, userId }, async (tx) => {
      if (!(await consumeChallenge(tx.db, challenge, at))) throw unusableChallenge()
      const instance = await loadTokenInstance(tx, token)
      const isEnrolled = (await listAuthenticators(tx.db, tenantId, userId)).length > 0
      const obstacle = enrolmentObstacle({ scopes: token.scopes, instance, isEnrolled, settings: party })
      // Returned, not thrown: the challenge stays used up.
      if (obstacle !== undefined) return new ApiError('insufficient_scope', obstacle)
      if (!(await useTokenForEnrolment(tx.db, token, at))) {
        return new ApiError('insufficient_scope', 'the token has bound an authenticator already')
      }
      await tx.db.insertInto('authenticators').values(row).execute()
      // A touch binds the passkey where the tenant settles for that; it proves nobody (WA-09).
      if (instance.state === 'ALLOW' && verdict.credential.userVerified) {
        await tx.settle(
          instanceKeyOf(token),
          (current) => instanceEntities(current, features),
          (current, snapshot) => settlePassed(current, snapshot, { at, userAuthenticatorId: row.user_authenticator_id, features }),
        )
      }
      await insertAuditEntry(tx.db, deps.newId(), {
        tenantId,
        at,
        actor: 'user',
        event: 'authenticator.created',
        userId,
        ipAddress: input.ipAddress,
        details: { userAuthenticatorId: row.user_authenticator_id, verificationMethod: 'PASSKEY', credentialId: row.credential_id },
      })
      return undefined
    })
    if (refusal !== undefined) throw refusal
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    await consumeChallenge(deps.store.db, challenge, at)
    // WA-14: whoever has it.
    throw new ApiError('invalid_credential', 'the passkey was not accepted', { cause: error })
  }
  const accessToken = issueToken(tenant, deps.config.issuer, {
    kind: 'result',
    userId,
    actionCode: token.actionCode,
    idempotencyKey: token.idempotencyKey,
    scope: 'read:authenticators',
    jti: deps.newId(),
    at,
  })
  return { row, accessToken }
}

/** The open challenge that was answered, which was made for this token. */
async function loadChallenge(
  deps: AddPasskeyDeps,
  token: TokenClaims,
  input: AddPasskeyInput,
): Promise<{ row: ChallengeRow; text: string; details: RegistrationDetails }> {
  const answered = readClientData(input.credential.response.clientDataJSON)?.challenge
  if (typeof answered !== 'string') throw new ApiError('invalid_credential', 'the passkey was not accepted')
  const id = challengeIdOf(answered)
  const row = await findOpenChallenge(deps.store.db, token.tenantId, 'passkey_registration', id, deps.clock())
  const details = row === undefined ? undefined : (JSON.parse(row.details) as RegistrationDetails)
  const isOurs =
    row !== undefined &&
    row.user_id === token.userId &&
    row.action_code === token.actionCode &&
    row.idempotency_key === token.idempotencyKey &&
    details?.jti === token.jti &&
    (input.challengeId === undefined || input.challengeId === id)
  if (!isOurs || details === undefined || row.webauthn_challenge === null) throw unusableChallenge()
  return { row, text: row.webauthn_challenge, details }
}

/** Kept apart from the use of a token as the result of a challenge: one may be used for each once. */
async function useTokenForEnrolment(db: Db, token: TokenClaims, at: number): Promise<boolean> {
  const inserted = await db
    .insertInto('consumed_tokens')
    .values({ tenant_id: token.tenantId, jti: `enrolment:${token.jti}`, consumed_at: at, expires_at: token.expiresAt })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'jti']).doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

function toRow(
  id: string,
  token: TokenClaims,
  input: AddPasskeyInput,
  registration: RegistrationDetails,
  credential: RegisteredCredential,
  at: number,
): AuthenticatorRow {
  const details: AuthenticatorDetails = {
    username: registration.username,
    displayName: registration.displayName,
    deviceId: input.deviceId,
    authenticatorAttachment: input.credential.authenticatorAttachment ?? undefined,
    parsedUserAgent: input.userAgent === undefined ? undefined : toParsedUserAgent(input.userAgent),
  }
  const transports = input.credential.response.transports?.filter((transport) => /^[a-z-]{1,32}$/.test(transport))
  return {
    tenant_id: token.tenantId,
    user_authenticator_id: id,
    user_id: token.userId,
    verification_method: 'PASSKEY',
    created_at: at,
    verified_at: at,
    last_verified_at: at,
    removed_at: null,
    credential_id: credential.credentialId,
    public_key: credential.publicKey,
    sign_count: credential.signCount,
    backup_eligible: credential.backupEligible ? 1 : 0,
    backup_state: credential.backupState ? 1 : 0,
    transports: transports === undefined || transports.length === 0 ? null : JSON.stringify(transports),
    aaguid: credential.aaguid,
    name: findAuthenticatorName(credential.aaguid) ?? null,
    details: JSON.stringify(details),
  }
}

function toParsedUserAgent(userAgent: string): AuthenticatorDetails['parsedUserAgent'] {
  const { raw, browserName, browserVersion, osName, osVersion } = readUserAgent(userAgent)
  const known = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return {
    ua: raw,
    browser: { name: known(browserName), version: known(browserVersion), major: known(browserVersion) },
    os: { name: known(osName), version: known(osVersion) },
  }
}
