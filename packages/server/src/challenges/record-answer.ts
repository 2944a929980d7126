import { instanceEntities, settle } from '@sallyport/engine'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { type Refusal, refuse } from '../methods/passkey/ceremony-refusal.ts'
import type { Passkey } from '../methods/passkey/find-passkey.ts'
import type { AuthenticationVerdict } from '../methods/passkey/verify-authentication.ts'
import type { InstanceKey, Store, Transaction } from '../storage/store.ts'
import { type AnsweredChallenge, countAnswers, useUpChallenge } from './challenge-row.ts'
import { recordPassed, UndoneAnswer } from './record-passed.ts'

export interface RecordAnswerDeps {
  store: Store
  clock: () => number
  newId: () => string
}

/** An answer to a challenge, by a passkey that is on file. */
export interface PasskeyAnswer {
  tenant: Tenant
  challenge: AnsweredChallenge
  /** The tracked instance that was answered; `undefined`: a sign-in of its own. */
  key: InstanceKey | undefined
  passkey: Passkey
  deviceId: string | undefined
  userAgent: string | undefined
  ipAddress: string
}

export type RecordedAnswer = { passed: true; key: InstanceKey } | { passed: false; refusal: Refusal }

/** Answers to one instance that are evaluated; after the last of them failed, only a new track helps (TX-09). */
const maxAnswers = 5

/**
 * Stores an answer and everything that follows from it, in one transaction: the challenge is used up, right or wrong (once, by one statement), answers are
 * counted, then the instance is passed, or the refusal is put on record. What a verdict says counts for nothing before that.
 *
 * Refuses an answer to a challenge that is used up already, whatever its verdict.
 */
export async function recordAnswer(deps: RecordAnswerDeps, answer: PasskeyAnswer, verdict: AuthenticationVerdict): Promise<RecordedAnswer> {
  const { challenge, passkey } = answer
  const { tenantId, userId } = challenge
  const at = deps.clock()
  try {
    return await deps.store.transaction({ tenantId, userId: userId ?? passkey.row.user_id }, async (tx) => {
      if (!(await useUpChallenge(tx.db, challenge, at))) throw unusableChallenge()
      // Without a token anybody may have sent it: that must not end the challenge of the user (RL-06).
      const answers = userId === null ? 1 : await countAnswers(tx.db, challenge)
      if (answers <= maxAnswers && verdict.verified) {
        return { passed: true, key: await recordPassed(deps, tx, answer, verdict.assertion, at) }
      }
      const refusal = answers > maxAnswers || verdict.verified ? refuse('too_many_answers') : verdict
      await recordRefused(deps, tx, answer, refusal, at)
      if (answers >= maxAnswers && answer.key !== undefined) await endInstance(tx, answer.tenant, answer.key, at)
      return { passed: false, refusal }
    })
  } catch (error) {
    if (!(error instanceof UndoneAnswer)) throw error
    if (error.reason !== 'not_waiting') return recordAnswer(deps, answer, refuse(error.reason))
    await useUp(deps, challenge)
    throw new ApiError('invalid_request', 'this action does not wait for a challenge')
  }
}

/** Uses up the challenge of an answer that changes nothing else. Refuses one that is used up already. */
export async function useUp({ store, clock }: Pick<RecordAnswerDeps, 'store' | 'clock'>, challenge: AnsweredChallenge): Promise<void> {
  if (!(await useUpChallenge(store.db, challenge, clock()))) throw unusableChallenge()
}

export function unusableChallenge(): ApiError {
  return new ApiError('invalid_request', 'the challenge is unknown, has expired or was answered already')
}

function recordRefused(
  deps: Pick<RecordAnswerDeps, 'newId'>,
  tx: Transaction,
  { challenge, passkey, ipAddress }: PasskeyAnswer,
  { reason }: Refusal,
  at: number,
): Promise<void> {
  const { user_id, user_authenticator_id: userAuthenticatorId } = passkey.row
  return insertAuditEntry(tx.db, deps.newId(), {
    tenantId: challenge.tenantId,
    at,
    actor: 'user',
    event: 'challenge.refused',
    userId: challenge.userId ?? user_id,
    ipAddress,
    details: { verificationMethod: 'PASSKEY', userAuthenticatorId, reason },
  })
}

/** From then on only a new track helps. */
async function endInstance(tx: Transaction, { features }: Tenant, key: InstanceKey, at: number): Promise<void> {
  await tx.settle(
    key,
    (instance) => instanceEntities(instance, features),
    (instance, snapshot) => settle(instance, snapshot, { kind: 'challenge_failed', at }, features),
  )
}
