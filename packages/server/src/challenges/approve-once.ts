import { challengeStrength, decidingRule, type Instance } from '@sallyport/engine'
import { findPolicyDefinition } from '../configuration/find-policy-definition.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { Db, Transaction } from '../storage/store.ts'
import { claimedTenantId, type TokenClaims, verifyToken } from '../tokens/challenge-token.ts'
import { consumeToken } from '../tokens/consume-token.ts'
import { findTokenStanding, type TokenFault } from '../tokens/find-token-standing.ts'
import { isAsTracked } from '../tracked/transaction-data.ts'
import type { InvalidReason } from './invalid-reasons.ts'

/** What the application expects to have been approved. */
export interface Expectation {
  userId?: string
  action?: string
  /** The instance. */
  idempotencyKey?: string
  /** The transaction: every member must be as it was tracked. */
  custom?: Record<string, unknown>
}

/** Checks the token by itself, before anything is read: that it is one of the tenant's, in force, and for what is expected. */
export function readApproval(
  tenant: Tenant,
  text: string,
  { issuer, at }: { issuer: string; at: number },
  expected: Expectation,
): { claims: TokenClaims } | { reason: InvalidReason } {
  const token = verifyToken(tenant, text, { issuer, kinds: ['challenge', 'result'], at })
  if (!token.verified) return { reason: token.reason === 'unknown_key' && isOfOtherTenant(tenant, text) ? 'other_tenant' : token.reason }
  const { claims } = token
  if (expected.userId !== undefined && expected.userId !== claims.userId) return { reason: 'other_user' }
  if (expected.action !== undefined && expected.action !== claims.actionCode) return { reason: 'other_action' }
  if (expected.idempotencyKey !== undefined && expected.idempotencyKey !== claims.idempotencyKey) {
    return { reason: 'other_idempotency_key' }
  }
  return { claims }
}

/**
 * Uses up the approval that a token stands for, if it stands for one: its user passed the challenge of the instance, and nothing has withdrawn that since. Part
 * of the transaction that carries out what is approved.
 *
 * INVARIANT: one passed challenge approves one thing once, be it an action or a session. An approval that is refused is not used up.
 */
export async function approveOnce(
  tx: Transaction,
  tenant: Tenant,
  claims: TokenClaims,
  expected: Expectation,
  at: number,
): Promise<{ instance: Instance; reason?: undefined } | { instance: Instance | undefined; reason: InvalidReason }> {
  const { instance, fault } = await findTokenStanding(tx, claims, at)
  if (fault === 'key_revoked') return { instance: undefined, reason: 'unknown_key' }
  if (instance === undefined) return { instance, reason: 'instance_gone' }
  const reason = await findReason(tx.db, tenant, claims, { instance, fault }, expected, at)
  if (reason !== undefined) return { instance, reason }
  if (!(await consumeToken(tx.db, claims, instance, at))) return { instance, reason: 'already_used' }
  await keepValidated(tx, instance, at)
  return { instance }
}

/** The receipt shows when it was approved. */
async function keepValidated(tx: Transaction, key: Instance, at: number): Promise<void> {
  await tx.settle(
    key,
    () => [],
    (instance) => ({ instance: { ...instance, validatedAt: at }, entities: {} }),
  )
}

/** Why an instance that is there does not approve. `fault` is what its token no longer rests on. */
async function findReason(
  db: Db,
  tenant: Tenant,
  claims: TokenClaims,
  { instance, fault }: { instance: Instance; fault: Exclude<TokenFault, 'key_revoked'> | undefined },
  expected: Expectation,
  at: number,
): Promise<InvalidReason | undefined> {
  if (expected.custom !== undefined && !isAsTracked(expected.custom, instance.tracked, tenant.dataPoints)) return 'other_data'
  // Not passed, failed, or set to something else since: the state says which.
  if (instance.state !== 'CHALLENGE_SUCCEEDED' || fault === 'state_changed') return 'not_passed'
  if (claims.kind !== 'result') return 'not_a_result'
  if (fault !== undefined) return fault
  return (await isTooOld(db, tenant, instance, at)) ? 'too_old' : undefined
}

function isOfOtherTenant({ tenantId }: Tenant, token: string): boolean {
  const claimed = claimedTenantId(token)
  return claimed !== undefined && claimed !== tenantId
}

/** The rule that asked may say how long its proof is good, by the policy as it was then. */
async function isTooOld(db: Db, tenant: Tenant, instance: Instance, at: number): Promise<boolean> {
  if (instance.ruleIds.length === 0) return false
  const { maxAgeMs } = challengeStrength(decidingRule(instance, await findPolicyDefinition(db, tenant, instance)))
  return maxAgeMs !== null && at - instance.stateUpdatedAt > maxAgeMs
}
