import { instanceEntities, settle } from '@sallyport/engine'
import { userActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { toIso } from '../http/iso-time.ts'
import type { Db, InstanceKey, Transaction } from '../storage/store.ts'
import type { Answer } from './answer.ts'
import { askedAt, useUpChallenge } from './challenge-row.ts'
import type { RecordAnswerDeps } from './record-answer.ts'
import { unusableChallenge } from './refused-answer.ts'

export type RecordDeniedDeps = RecordAnswerDeps

const reason = 'denied at the device of the user'

/**
 * Stores that a user said no at their own device: somebody else is asking. Unlike a wrong answer, one is enough: the instance ends as failed, with what that
 * teaches of its address, it is labelled fraud, and the audit log has it as an event of its own. `takeRequest` closes the request in the same transaction: false
 * refuses, because somebody else has decided it.
 */
export async function recordDenied(deps: RecordDeniedDeps, answer: Answer, takeRequest: (db: Db) => Promise<boolean>): Promise<void> {
  const { tenant, challenge, authenticator, method, key, ipAddress } = answer
  const { tenantId } = tenant
  const { userId, userAuthenticatorId } = authenticator
  const at = deps.clock()
  await deps.store.transaction({ tenantId, userId }, async (tx) => {
    if (!(await takeRequest(tx.db))) throw unusableChallenge()
    await useUpChallenge(tx.db, challenge, at)
    if (key !== undefined) await failAndLabel(tx, answer, key, at)
    await insertAuditEntry(tx.db, deps.newId(), {
      tenantId,
      at,
      actor: userActor(userId, ipAddress),
      event: 'challenge.denied',
      userId,
      details: {
        verificationMethod: method.name,
        userAuthenticatorId,
        askedAt: toIso(askedAt(challenge)),
        action: challenge.actionCode,
        ...(challenge.idempotencyKey !== null && { idempotencyKey: challenge.idempotencyKey }),
      },
    })
  })
}

async function failAndLabel(tx: Transaction, { tenant: { features }, authenticator }: Answer, key: InstanceKey, at: number): Promise<void> {
  await tx.settle(
    key,
    (instance) => instanceEntities(instance, features),
    (instance, snapshot) => settle(instance, snapshot, { kind: 'challenge_failed', at }, features),
  )
  const actor = { kind: 'user' as const, id: authenticator.userId }
  const label = { value: 'fraud' as const, source: 'person' as const, at, reason, actor }
  await tx.settle(
    key,
    (instance) => instanceEntities(instance).filter((ref) => ref.kind === 'address'),
    (instance, snapshot) => settle(instance, snapshot, { kind: 'label', at, label }, features),
  )
}
