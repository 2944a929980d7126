import type { AuthenticatorSecrets } from '../../authenticators/authenticator-secret.ts'
import type { AnsweringAuthenticator, Proof } from '../../challenges/answer.ts'
import { type AnswerChallengeDeps, answerChallenge, type PassedChallenge } from '../../challenges/answer-challenge.ts'
import { challengeLifetimeMs } from '../../challenges/challenge-row.ts'
import { beginChallenge } from '../../challenges/open-instance.ts'
import { refuse } from '../../challenges/refusal.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { isAuthenticatorRemoved } from '../../tokens/is-authenticator-removed.ts'
import { findCodesOf } from './find-codes-of.ts'
import { loadRecoveryCodeRules } from './load-recovery-code-rules.ts'
import { recoveryCodeName } from './recovery-code-name.ts'
import { findCode, useUpCode } from './recovery-code-set.ts'

export interface AnswerRecoveryCodeDeps extends AnswerChallengeDeps {
  authenticatorSecrets: Pick<AuthenticatorSecrets, 'read' | 'write'>
}

export interface AnswerRecoveryCodeInput {
  code: string
  deviceId?: string
  userAgent?: string
  ipAddress: string
}

interface CodeProof extends Proof {
  selector: string
}

/**
 * Answers the challenge of the token's instance with a recovery code, as `answerChallenge` does, where the action or its rule names the method. The code is
 * then used up. The token that comes back binds nothing: see decision 012.
 */
export async function answerRecoveryCode(
  deps: AnswerRecoveryCodeDeps,
  tenant: Tenant,
  token: TokenClaims,
  { code, deviceId, userAgent, ipAddress }: AnswerRecoveryCodeInput,
): Promise<PassedChallenge<AnsweringAuthenticator>> {
  loadRecoveryCodeRules(tenant)
  const method = recoveryCodeName
  const { tenantId, userId, actionCode, idempotencyKey } = token
  await beginChallenge(deps, tenant, token, method)
  const { db } = deps.store
  const place = await findCodesOf(db, token)
  return answerChallenge<AnsweringAuthenticator, CodeProof>(deps, tenant, token, {
    method,
    challenge: { challengeId: deps.newId(), actionCode, idempotencyKey, expiresAt: deps.clock() + challengeLifetimeMs },
    find: async () => ({ userId, userAuthenticatorId: place.id }),
    async check() {
      const secret = await deps.authenticatorSecrets.read(db, place)
      const selector = secret === undefined ? undefined : await findCode(secret, code)
      return selector === undefined
        ? refuse('code_mismatch')
        : { verified: true, proof: { userVerified: false, isDeviceBound: false, selector } }
    },
    async advance(tx, _authenticator, { selector }, at) {
      if (await useUpCode(tx, deps.authenticatorSecrets, place, selector, at)) return undefined
      return (await isAuthenticatorRemoved(tx, tenantId, place.id)) ? 'authenticator_removed' : 'code_used'
    },
    deviceId,
    userAgent,
    ipAddress,
  })
}
