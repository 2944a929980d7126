import { type Instance, methodRank } from '@sallyport/engine'
import { userActor } from '../../audit/actor.ts'
import { insertAuditEntry } from '../../audit/insert-audit-entry.ts'
import type { AuthenticatorSecrets } from '../../authenticators/authenticator-secret.ts'
import { challengeKind, challengeLifetimeMs, countAnswers, useUpChallenge } from '../../challenges/challenge-row.ts'
import { maxAnswers } from '../../challenges/record-answer.ts'
import { refuse } from '../../challenges/refusal.ts'
import { invalidCredential, notWaiting, type RefusalLog } from '../../challenges/refused-answer.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { UserNotices } from '../../notices/user-notices.ts'
import type { Store } from '../../storage/store.ts'
import { issueToken, type TokenClaims } from '../../tokens/challenge-token.ts'
import { loadTokenInstance } from '../../tokens/load-token-instance.ts'
import { takeGuess } from '../../tries/take-guess.ts'
import { findCodesOf } from './find-codes-of.ts'
import { loadRecoveryCodeRules } from './load-recovery-code-rules.ts'
import { recoveryCodeName } from './recovery-code-name.ts'
import { findCode, useUpCode } from './recovery-code-set.ts'

export interface CompleteRecoveryDeps extends RefusalLog {
  store: Store
  config: { issuer: string }
  authenticatorSecrets: Pick<AuthenticatorSecrets, 'read' | 'write'>
  clock: () => number
  newId: () => string
  notices: UserNotices
}

/**
 * Uses up a recovery code on top of a challenge that the user passed with an authenticator they still have: two proofs of two kinds, which is what NIST
 * SP 800-63B-4, "Account Recovery", asks for. The token that comes back binds one authenticator, of whichever method, in place of the lost one (RC-05).
 *
 * A code counts as an answer to the instance, so that there are no more guesses here than anywhere (TX-09).
 */
export async function completeRecovery(
  deps: CompleteRecoveryDeps,
  tenant: Tenant,
  token: TokenClaims,
  { code, ipAddress, userAgent }: { code: string; ipAddress: string; userAgent?: string | undefined },
): Promise<{ accessToken: string; userId: string; userAuthenticatorId: string }> {
  loadRecoveryCodeRules(tenant)
  const method = recoveryCodeName
  const { tenantId, userId, actionCode, idempotencyKey } = token
  refuseUnproved(token, await loadTokenInstance(deps.store, token, deps.clock()))
  const place = await findCodesOf(deps.store.db, token)
  const guess = await takeGuess(deps, tenant, {
    method: method.name,
    use: 'authentication',
    userId,
    userAuthenticatorId: place.id,
    ipAddress,
  })
  const secret = await deps.authenticatorSecrets.read(deps.store.db, place)
  const selector = secret === undefined ? undefined : await findCode(secret, code)
  const at = deps.clock()
  const answered = {
    tenantId,
    challengeId: deps.newId(),
    kind: challengeKind(method.name, 'authentication'),
    userId,
    actionCode,
    idempotencyKey,
    expiresAt: at + challengeLifetimeMs,
  }
  const actor = userActor(userId, ipAddress)
  const details = { verificationMethod: method.name, userAuthenticatorId: place.id, action: actionCode, idempotencyKey }
  const judged = await deps.store.transaction({ tenantId, userId }, async ({ db, ...tx }) => {
    const instance = await loadTokenInstance({ db, ...tx }, token, at)
    refuseUnproved(token, instance)
    await useUpChallenge(db, answered, at)
    const answers = await countAnswers(db, answered)
    const reason = await findReason(answers)
    if (reason === undefined) await guess.wasRight(db)
    const event = reason === undefined ? 'recovery.completed' : 'challenge.refused'
    const notice =
      reason === undefined
        ? await deps.notices.prepare(db, tenant, { kind: 'recovery_used', userId, at, ipAddress, userAgent, instance })
        : undefined
    const notified = notice?.channels.length ? notice.channels : undefined
    await insertAuditEntry(db, deps.newId(), { tenantId, at, actor, event, userId, details: { ...details, reason, notified } })
    return { instance, reason, isLast: answers >= maxAnswers, notice }

    async function findReason(count: number): Promise<string | undefined> {
      if (count > maxAnswers) return 'too_many_answers'
      if (selector === undefined) return 'code_mismatch'
      return (await useUpCode(db, deps.authenticatorSecrets, place, selector, at)) ? undefined : 'code_used'
    }
  })
  const { instance, reason, isLast, notice } = judged
  if (reason !== undefined) {
    const about = { tenantId, userId, ceremony: 'authentication' as const, userAuthenticatorId: place.id }
    throw invalidCredential(deps, method, about, refuse(reason), { isLast })
  }
  notice?.send()
  const accessToken = await issueToken(tenant, deps.config.issuer, {
    kind: 'result',
    userId,
    actionCode,
    idempotencyKey,
    scope: 'read:authenticators add:authenticators',
    jti: deps.newId(),
    at,
    basis: {
      createdAt: instance.createdAt,
      state: instance.state,
      isEnrolled: true,
      provedBy: instance.verifiedByAuthenticatorId ?? undefined,
      isRecovery: true,
    },
  })
  return { accessToken, userId, userAuthenticatorId: place.id }
}

/** Refuses an instance that no authenticator of the user has just passed. */
function refuseUnproved(token: TokenClaims, { state, verificationMethod }: Instance): void {
  if (token.basis?.isRecovery === true)
    throw new ApiError('invalid_request', 'the token already completes a recovery: bind an authenticator')
  if (state !== 'CHALLENGE_SUCCEEDED' || verificationMethod === null) throw notWaiting()
  if (methodRank(verificationMethod) === 0) {
    throw new ApiError(
      'invalid_request',
      'a second recovery code proves no more than the first: pass a challenge with another authenticator',
    )
  }
}
