import { type Instance, instanceEntities } from '@sallyport/engine'
import { readUserAgent } from '../actions/read-user-agent.ts'
import type { ChallengeRow } from '../challenges/challenge-row.ts'
import { ApiError } from '../http/api-error.ts'
import type { Db, InstanceKey, Store, Transaction } from '../storage/store.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { AuthenticatorDetails } from '../users/authenticator-json.ts'
import { insertAuditEntry } from '../users/insert-audit-entry.ts'
import { signInActionCode } from './create-authentication-options.ts'
import type { Passkey } from './find-passkey.ts'
import { settlePassed } from './settle-passed.ts'
import { touchDevice } from './touch-device.ts'
import type { Assertion } from './verify-authentication.ts'

export interface PassedAnswer {
  tenant: Tenant
  row: ChallengeRow
  /** The tracked instance that was answered; `undefined`: a sign-in of its own. */
  key: InstanceKey | undefined
  passkey: Passkey
  assertion: Assertion
  deviceId: string | undefined
  userAgent: string | undefined
  ipAddress: string
}

export type RecordedAnswer = { recorded: true; key: InstanceKey } | { recorded: false; reason: 'authenticator_removed' | 'sign_count' }

/**
 * Stores what a verified assertion changes, all or nothing: the authenticator's counter and times, the device, the instance and what is learnt from it, the
 * audit entry. Looks at everything again that may have changed while the signature was checked: a removed authenticator, a counter that another answer
 * moved on, an instance that was passed, failed or blocked meanwhile.
 */
export async function recordPassedAnswer(
  deps: { store: Store; clock: () => number; newId: () => string },
  answer: PassedAnswer,
): Promise<RecordedAnswer> {
  const { tenant, passkey, deviceId } = answer
  const { tenantId } = tenant
  const userId = passkey.row.user_id
  const at = deps.clock()
  try {
    return await deps.store.transaction({ tenantId, userId }, async (tx) => {
      await advanceAuthenticator(tx.db, passkey, answer.assertion, at)
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
          userAuthenticatorId: passkey.row.user_authenticator_id,
          action: key.action,
          idempotencyKey: key.idempotencyKey,
          userVerified: answer.assertion.userVerified,
        },
      })
      return { recorded: true, key }
    })
  } catch (error) {
    if (error instanceof StaleAuthenticator) return { recorded: false, reason: error.reason }
    throw error
  }
}

/** Thrown inside the transaction only, to undo it. */
class StaleAuthenticator extends Error {
  readonly reason: 'authenticator_removed' | 'sign_count'

  constructor(reason: 'authenticator_removed' | 'sign_count') {
    super(reason)
    this.reason = reason
  }
}

/** INVARIANT: a stored sign count never goes down (I8), and a removed authenticator proves nothing (TK-10). One statement sees to both. */
async function advanceAuthenticator(db: Db, { row, backupEligible }: Passkey, assertion: Assertion, at: number): Promise<void> {
  const { signCount } = assertion
  const result = await db
    .updateTable('authenticators')
    .set({
      sign_count: signCount,
      last_verified_at: at,
      backup_state: assertion.backupState ? 1 : 0,
      ...(backupEligible === null ? { backup_eligible: assertion.backupEligible ? 1 : 0, details: withoutImport(row.details) } : {}),
    })
    .where('tenant_id', '=', row.tenant_id)
    .where('user_authenticator_id', '=', row.user_authenticator_id)
    .where('removed_at', 'is', null)
    .where((where) => (signCount === 0 ? where('sign_count', '=', 0) : where('sign_count', '<', signCount)))
    .executeTakeFirst()
  if (result.numUpdatedRows === 1n) return
  const now = await db
    .selectFrom('authenticators')
    .select('removed_at')
    .where('tenant_id', '=', row.tenant_id)
    .where('user_authenticator_id', '=', row.user_authenticator_id)
    .executeTakeFirst()
  throw new StaleAuthenticator(now?.removed_at === null ? 'sign_count' : 'authenticator_removed')
}

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
  if (!passed) throw new ApiError('invalid_request', 'this action does not wait for a challenge')
}

/** A sign-in that was not tracked first: an instance of its own, under a key that nobody could have chosen. No rule decided it and nothing is learnt from it. */
async function insertSignIn(tx: Transaction, idempotencyKey: string, answer: PassedAnswer, at: number): Promise<InstanceKey> {
  const { tenant, passkey, deviceId, userAgent } = answer
  const action = answer.row.action_code ?? signInActionCode
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
