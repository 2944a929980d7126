import { enrolmentObstacle } from '../../authenticators/enrolment-obstacle.ts'
import { listAuthenticators } from '../../authenticators/list-authenticators.ts'
import { challengeIdOf, challengeLifetimeMs, createWebauthnChallenge, insertChallenge } from '../../challenges/challenge-row.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { Store } from '../../storage/store.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { loadTokenInstance } from '../../tokens/load-token-instance.ts'
import { ensureUser, findUser } from '../../user-record/user-row.ts'
import { listPasskeys } from './find-passkey.ts'
import { offeredAlgorithms } from './import-public-key.ts'
import { loadRelyingParty } from './passkey-settings.ts'

export interface RegistrationOptionsDeps {
  store: Store
  clock: () => number
  purge: () => Promise<void>
}

export interface RegistrationOptionsInput {
  username?: string
  displayName?: string
  authenticatorAttachment?: 'platform' | 'cross-platform'
}

/** What a registration is checked against when its answer comes, beside the challenge itself. */
export interface RegistrationDetails {
  /** The token that asked; only it may finish (EN-09). */
  jti: string
  requireUserVerification: boolean
  username: string
  displayName: string
}

/**
 * Makes the options of a registration ceremony for the user of a token: WebAuthn Level 3, "Options for Credential Creation". Refuses a token that may not
 * bind a passkey. The user handle says nothing of who the user is (WA-21), and the user's own passkeys are excluded (WA-17).
 */
export async function createRegistrationOptions(
  deps: RegistrationOptionsDeps,
  tenant: Tenant,
  token: TokenClaims,
  input: RegistrationOptionsInput,
) {
  const party = loadRelyingParty(tenant)
  const { tenantId, userId } = token
  const instance = await loadTokenInstance(deps.store, token)
  await deps.purge()
  const at = deps.clock()
  const challenge = createWebauthnChallenge()
  const challengeId = challengeIdOf(challenge)

  return deps.store.transaction({ tenantId, userId }, async ({ db }) => {
    const authenticators = await listAuthenticators(db, tenantId, userId)
    const obstacle = enrolmentObstacle({ scopes: token.scopes, instance, isEnrolled: authenticators.length > 0, settings: party })
    if (obstacle !== undefined) throw new ApiError('insufficient_scope', obstacle)
    await ensureUser(db, tenantId, userId, at)
    const user = await findUser(db, tenantId, userId)
    if (user === undefined) throw new Error(`user ${userId} is gone`)
    const passkeys = await listPasskeys(db, tenantId, userId)
    const name = input.username ?? user.username ?? user.email ?? userId
    const displayName = input.displayName ?? user.display_name ?? name
    const details: RegistrationDetails = {
      jti: token.jti,
      requireUserVerification: party.userVerification === 'required',
      username: name,
      displayName,
    }
    await insertChallenge(db, {
      tenant_id: tenantId,
      challenge_id: challengeId,
      kind: 'passkey_registration',
      user_id: userId,
      action_code: token.actionCode,
      idempotency_key: token.idempotencyKey,
      webauthn_challenge: challenge,
      details: JSON.stringify(details),
      created_at: at,
      expires_at: at + challengeLifetimeMs,
      consumed_at: null,
    })
    const attachment = party.authenticatorAttachment ?? input.authenticatorAttachment
    return {
      challengeId,
      options: {
        challenge,
        rp: { id: party.rpId, name: party.rpName },
        user: { id: user.user_handle, name, displayName },
        pubKeyCredParams: offeredAlgorithms.map((alg) => ({ type: 'public-key' as const, alg })),
        timeout: challengeLifetimeMs,
        attestation: 'none' as const,
        excludeCredentials: passkeys.map(toDescriptor),
        authenticatorSelection: {
          ...(attachment === undefined ? {} : { authenticatorAttachment: attachment }),
          residentKey: party.residentKey,
          requireResidentKey: party.residentKey === 'required',
          userVerification: party.userVerification,
        },
        hints: [...party.hints],
        extensions: { credProps: true },
      },
    }
  })
}

export function toDescriptor({ credentialId, transports }: { credentialId: string; transports: string[] | undefined }) {
  return { type: 'public-key' as const, id: credentialId, ...(transports === undefined ? {} : { transports }) }
}
