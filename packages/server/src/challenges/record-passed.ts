import { type Instance, instanceEntities } from '@sallyport/engine'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import type { AuthenticatorDetails } from '../authenticators/authenticator-json.ts'
import { isAuthenticatorRemoved } from '../authenticators/is-authenticator-removed.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { touchDevice } from '../devices/touch-device.ts'
import type { Passkey } from '../methods/passkey/find-passkey.ts'
import type { Assertion } from '../methods/passkey/verify-authentication.ts'
import { prepareQuery } from '../storage/prepare-query.ts'
import type { Db, InstanceKey, Transaction } from '../storage/store.ts'
import { readUserAgent } from '../tracked/read-user-agent.ts'
import type { PasskeyAnswer } from './record-answer.ts'
import { settlePassed } from './settle-passed.ts'

/** Thrown inside the transaction only, to undo it. */
export class UndoneAnswer extends Error {
  readonly reason: 'authenticator_removed' | 'sign_count' | 'not_waiting'

  constructor(reason: 'authenticator_removed' | 'sign_count' | 'not_waiting') {
    super(reason)
    this.reason = reason
  }
}

/**
 * Writes what a verified assertion changes: the authenticator's counter and times, the device, the instance and what is learnt from it, the audit entry.
 * Looks at everything again that may have changed while the signature was checked, and throws `UndoneAnswer` when it has: a removed authenticator, a
 * counter that another answer moved on, an instance that was passed, failed or blocked meanwhile.
 */
export async function recordPassed(
  deps: { newId: () => string },
  tx: Transaction,
  answer: PasskeyAnswer,
  assertion: Assertion,
  at: number,
): Promise<InstanceKey> {
  const { tenant, passkey, deviceId } = answer
  const { tenantId } = tenant
  const { user_id: userId, user_authenticator_id: userAuthenticatorId } = passkey.row
  await advanceAuthenticator(tx.db, passkey, assertion, at)
  if (deviceId !== undefined) await touchDevice(tx.db, tenantId, userId, deviceId, at)
  const key = answer.key ?? (await insertSignIn(tx, deps.newId(), answer, at))
  if (answer.key !== undefined) await passInstance(tx, tenant, answer.key, passkey, at)
  await insertAuditEntry(tx.db, deps.newId(), {
    tenantId,
    at,
    actor: 'user',
    event: 'challenge.passed',
    userId,
    ipAddress: answer.ipAddress,
    details: {
      verificationMethod: 'PASSKEY',
      userAuthenticatorId,
      action: key.action,
      idempotencyKey: key.idempotencyKey,
      userVerified: assertion.userVerified,
    },
  })
  return key
}

/** INVARIANT: a stored sign count never goes down (I8), and a removed authenticator proves nothing (TK-10). One statement sees to both. */
async function advanceAuthenticator(db: Db, { row, backupEligible }: Passkey, assertion: Assertion, at: number): Promise<void> {
  const { tenant_id: tenantId, user_authenticator_id: id } = row
  const { signCount } = assertion
  // Both zero: it does not count at all.
  const below = Math.max(signCount, 1)
  const { numAffectedRows } = await updateUsed(db, tenantId, id, signCount, below, at, assertion.backupState ? 1 : 0)
  if (numAffectedRows !== 1n)
    throw new UndoneAnswer((await isAuthenticatorRemoved(db, tenantId, id)) ? 'authenticator_removed' : 'sign_count')
  if (backupEligible !== null) return
  await db
    .updateTable('authenticators')
    .set({ backup_eligible: assertion.backupEligible ? 1 : 0, details: withoutImport(row.details) })
    .where('tenant_id', '=', tenantId)
    .where('user_authenticator_id', '=', id)
    .execute()
}

const updateUsed = prepareQuery(
  (db, tenantId: string, id: string, sign_count: number, below: number, last_verified_at: number, backup_state: 0 | 1) =>
    db
      .updateTable('authenticators')
      .set({ sign_count, last_verified_at, backup_state })
      .where('tenant_id', '=', tenantId)
      .where('user_authenticator_id', '=', id)
      .where('removed_at', 'is', null)
      .where('sign_count', '<', below),
)

function withoutImport(details: string): string {
  const { isImported: _, ...others } = JSON.parse(details) as AuthenticatorDetails
  return JSON.stringify(others)
}

/** INVARIANT: a challenge completes at most once (I1). */
async function passInstance(tx: Transaction, tenant: Tenant, key: InstanceKey, { row }: Passkey, at: number): Promise<void> {
  const { features } = tenant
  let passed = false
  await tx.settle(
    key,
    (instance) => instanceEntities(instance, features),
    (instance, snapshot) => {
      const changes = settlePassed(instance, snapshot, { at, userAuthenticatorId: row.user_authenticator_id, features })
      passed = changes !== null
      return changes
    },
  )
  if (!passed) throw new UndoneAnswer('not_waiting')
}

/** A sign-in that was not tracked first: an instance of its own, under a key that nobody could have chosen. No rule decided it and nothing is learnt from it. */
async function insertSignIn(tx: Transaction, idempotencyKey: string, answer: PasskeyAnswer, at: number): Promise<InstanceKey> {
  const { tenant, passkey, deviceId, userAgent } = answer
  const action = answer.challenge.actionCode
  const key = { tenantId: tenant.tenantId, userId: passkey.row.user_id, action, idempotencyKey }
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
    verificationMethod: 'PASSKEY',
    verifiedByAuthenticatorId: passkey.row.user_authenticator_id,
    disputedAt: null,
    learnt: null,
  }
  await tx.insertInstance(instance, {})
  return key
}
