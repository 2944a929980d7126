import { type Confirmation, type Instance, instanceEntities, settle } from '@sallyport/engine'
import { userActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import type { UserNotices } from '../notices/user-notices.ts'
import type { Db, InstanceKey, Store, Transaction } from '../storage/store.ts'
import type { Answer, Verdict } from './answer.ts'
import { type AnsweredChallenge, askedAt, countAnswers, useUpChallenge } from './challenge-row.ts'
import { recordPassed, UndoneAnswer } from './record-passed.ts'
import { type Refusal, refuse } from './refusal.ts'
import { notWaiting, unusableChallenge } from './refused-answer.ts'

export interface RecordAnswerDeps {
  store: Store
  notices: UserNotices
  clock: () => number
  newId: () => string
}

/** `isLast`: no other answer to the instance will be judged. */
export type RecordedAnswer = { passed: true; instance: Instance } | { passed: false; refusal: Refusal; isLast: boolean }

/** Answers to one instance that are evaluated, by whichever method; after the last of them failed, only a new track helps (TX-09). */
export const maxAnswers = 5

/**
 * Stores an answer and everything that follows from it, in one transaction: the challenge is used up, right or wrong (once, by one statement), answers are
 * counted, then the instance is passed, or the refusal is put on record. A verdict counts for nothing before that.
 *
 * Refuses an answer to a challenge that is used up already, whatever its verdict. `takeRequest` closes the request that was answered, in the same transaction:
 * false refuses, because somebody else has decided it.
 */
export async function recordAnswer(
  deps: RecordAnswerDeps,
  answer: Answer,
  verdict: Verdict,
  takeRequest?: (db: Db) => Promise<boolean>,
): Promise<RecordedAnswer> {
  const { challenge, authenticator } = answer
  const { tenantId, userId } = challenge
  const at = deps.clock()
  try {
    const recorded = await deps.store.transaction({ tenantId, userId: userId ?? authenticator.userId }, async (tx) => {
      if (takeRequest !== undefined && !(await takeRequest(tx.db))) throw unusableChallenge()
      if (!answer.isUsedUp && !(await useUpChallenge(tx.db, challenge, at))) throw unusableChallenge()
      // Without a token anybody may have sent it: that must not end the challenge of the user (RL-06).
      const answers = userId === null ? 1 : await countAnswers(tx.db, challenge)
      if (answers <= maxAnswers && verdict.verified) {
        return { passed: true as const, ...(await recordPassed(deps, tx, answer, verdict.proof, at)) }
      }
      const refusal = answers > maxAnswers || verdict.verified ? refuse('too_many_answers') : verdict
      if (answer.key !== undefined && answer.confirmation !== undefined) await keepConfirmation(tx, answer.key, answer.confirmation, at)
      if (answers >= maxAnswers && answer.key !== undefined) await endInstance(tx, answer.tenant, answer.key, at)
      await recordRefused(deps, tx, answer, refusal, at)
      return { passed: false as const, refusal, isLast: answers >= maxAnswers }
    })
    if (recorded.passed) recorded.notice.send()
    return recorded
  } catch (error) {
    if (!(error instanceof UndoneAnswer)) throw error
    if (error.reason !== null) return recordAnswer(deps, answer, refuse(error.reason), takeRequest)
    if (!answer.isUsedUp) await useUp(deps, challenge)
    throw notWaiting()
  }
}

/** Uses up the challenge of an answer that changes nothing else. Refuses one that is used up already. */
export async function useUp({ store, clock }: Pick<RecordAnswerDeps, 'store' | 'clock'>, challenge: AnsweredChallenge): Promise<void> {
  if (!(await useUpChallenge(store.db, challenge, clock()))) throw unusableChallenge()
}

function recordRefused(
  deps: Pick<RecordAnswerDeps, 'newId'>,
  tx: Transaction,
  { challenge, method, authenticator, ipAddress }: Answer,
  { reason }: Refusal,
  at: number,
): Promise<void> {
  const { userAuthenticatorId } = authenticator
  const userId = challenge.userId ?? authenticator.userId
  return insertAuditEntry(tx.db, deps.newId(), {
    tenantId: challenge.tenantId,
    at,
    actor: userActor(userId, ipAddress),
    event: 'challenge.refused',
    userId,
    details: {
      verificationMethod: method.name,
      userAuthenticatorId,
      reason,
      askedAt: toIso(askedAt(challenge)),
      ...(challenge.idempotencyKey !== null && { action: challenge.actionCode, idempotencyKey: challenge.idempotencyKey }),
    },
  })
}

/** The instance shows what the application said, also when that refused the answer. */
async function keepConfirmation(tx: Transaction, key: InstanceKey, confirmation: Confirmation, at: number): Promise<void> {
  await tx.settle(
    key,
    () => [],
    (instance) => ({ instance: { ...instance, updatedAt: at, confirmation }, entities: {} }),
  )
}

/** After this only a new track helps. */
async function endInstance(tx: Transaction, { features }: Tenant, key: InstanceKey, at: number): Promise<void> {
  await tx.settle(
    key,
    (instance) => instanceEntities(instance, features),
    (instance, snapshot) => settle(instance, snapshot, { kind: 'challenge_failed', at }, features),
  )
}
