import { type Changes, type Confirmation, type Instance, instanceEntities } from '@sallyport/engine'
import { userActor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { provesUser } from '../authenticators/proves-user.ts'
import { touchDevice } from '../devices/touch-device.ts'
import { toIso } from '../http/iso-time.ts'
import { joinNotices, type PreparedNotice, type UserNotices } from '../notices/user-notices.ts'
import type { InstanceKey, Transaction } from '../storage/store.ts'
import { loadTokenInstance } from '../tokens/load-token-instance.ts'
import { readUserAgent } from '../tracked/read-user-agent.ts'
import type { Answer, Proof } from './answer.ts'
import { askedAt } from './challenge-row.ts'
import { settlePassed } from './settle-passed.ts'

/** Thrown inside the transaction only, to undo it. */
export class UndoneAnswer extends Error {
  /** Why the proof does not count; `null`: the instance does not wait for one. */
  readonly reason: string | null

  constructor(reason: string | null) {
    super(reason ?? 'not waiting')
    this.reason = reason
  }
}

/**
 * Writes what a good answer changes: the authenticator, the device, the instance with what is learnt from it, the audit entry.
 * Looks at everything again that may have changed while the answer was checked, and throws `UndoneAnswer` when it has: an authenticator that was removed
 * or moved on, an instance that was passed, failed or blocked meanwhile. Refuses a token that no longer stands. Answers with the instance as it then is, and with
 * what the user is told: that a device is new, or that a recovery code was used.
 */
export async function recordPassed(
  deps: { notices: UserNotices; newId: () => string },
  tx: Transaction,
  answer: Answer,
  { userVerified, isPlainApproval }: Proof,
  at: number,
): Promise<{ instance: Instance; notice: PreparedNotice }> {
  const { tenant, method, authenticator, deviceId, userAgent, ipAddress } = answer
  const { tenantId } = answer.tenant
  const { userId, userAuthenticatorId } = authenticator
  if (answer.token !== undefined) await loadTokenInstance(tx, answer.token, at)
  const reason = await answer.advance(tx.db, at)
  if (reason !== undefined) throw new UndoneAnswer(reason)
  const isNewDevice = deviceId !== undefined && (await touchDevice(tx.db, { tenantId, userId, deviceId }, method.name, at))
  const instance =
    answer.key === undefined ? await insertSignIn(tx, answer, at) : await passInstance(tx, answer, answer.key, isPlainApproval, at)
  const occasion = { userId, at, ipAddress, userAgent, instance }
  const notice = joinNotices([
    ...(isNewDevice ? [await deps.notices.prepare(tx.db, tenant, { kind: 'new_device', ...occasion })] : []),
    ...(method.notices ? [await deps.notices.prepare(tx.db, tenant, { kind: method.notices.used, ...occasion })] : []),
  ])
  await insertAuditEntry(tx.db, deps.newId(), {
    tenantId,
    at,
    actor: userActor(userId, answer.ipAddress),
    event: 'challenge.passed',
    userId,
    details: {
      verificationMethod: method.name,
      userAuthenticatorId,
      action: instance.action,
      idempotencyKey: instance.idempotencyKey,
      userVerified,
      askedAt: toIso(askedAt(answer.challenge)),
      ...(answer.confirmation === undefined ? {} : { confirmation: answer.confirmation.status }),
      ...(notice.channels.length > 0 && { notified: notice.channels }),
    },
  })
  return { instance, notice }
}

/** INVARIANT: a challenge completes at most once (I1). */
async function passInstance(
  tx: Transaction,
  { tenant, method, authenticator, confirmation }: Answer,
  key: InstanceKey,
  isPlainApproval: boolean | undefined,
  at: number,
): Promise<Instance> {
  const { features } = tenant
  const { userAuthenticatorId } = authenticator
  const isProof = isPlainApproval !== true && (await provesUser(tx.db, { tenantId: key.tenantId, userAuthenticatorId }, method.name, at))
  let passed = false
  const settled = await tx.settle(
    key,
    (instance) => instanceEntities(instance, features),
    (instance, snapshot) => {
      const changes = settlePassed(instance, snapshot, {
        at,
        verificationMethod: method.name,
        userAuthenticatorId,
        provesUser: isProof,
        features,
      })
      passed = changes !== null
      return changes && withConfirmation(changes, confirmation)
    },
  )
  if (!passed || settled === undefined) throw new UndoneAnswer(null)
  return settled
}

/** The change with what the application said kept on the instance. */
export function withConfirmation(changes: Changes, confirmation: Confirmation | undefined): Changes {
  return confirmation === undefined ? changes : { ...changes, instance: { ...changes.instance, confirmation } }
}

/** A sign-in that was not tracked first: an instance of its own. No rule decided it and nothing is learnt from it. */
async function insertSignIn(tx: Transaction, answer: Answer, at: number): Promise<Instance> {
  const { tenant, method, authenticator, deviceId, userAgent, confirmation, signInKey: idempotencyKey } = answer
  const action = answer.challenge.actionCode
  const key = { tenantId: tenant.tenantId, userId: authenticator.userId, action, idempotencyKey }
  const instance: Instance = {
    ...key,
    createdAt: at,
    updatedAt: at,
    state: 'CHALLENGE_SUCCEEDED',
    stateUpdatedAt: at,
    outcome: 'CHALLENGE',
    policyVersion: tenant.actions.get(action)?.definition.version ?? 0,
    configVersion: tenant.configVersion,
    dataVersion: 'none',
    ruleIds: [],
    undeterminedRuleIds: [],
    shadowRuleIds: [],
    tracked: {
      ipAddress: answer.ipAddress,
      ...(userAgent === undefined ? {} : { userAgent: readUserAgent(userAgent).raw }),
      ...(deviceId === undefined ? {} : { deviceId }),
    },
    signals: [],
    verificationMethod: method.name,
    verifiedByAuthenticatorId: authenticator.userAuthenticatorId,
    disputedAt: null,
    learnt: null,
    ...(confirmation === undefined ? {} : { confirmation }),
  }
  await tx.insertInstance(instance, {})
  return instance
}
