import { challengeStrength, decidingRule, type Instance, type JsonValue, type State } from '@sallyport/engine'
import { findPolicyDefinition } from '../configuration/find-policy-definition.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import type { Db, Store, Transaction } from '../storage/store.ts'
import { claimedTenantId, type TokenClaims, verifyToken } from '../tokens/challenge-token.ts'
import { consumeToken } from '../tokens/consume-token.ts'
import { findTokenStanding, type TokenFault } from '../tokens/find-token-standing.ts'
import { isAsTracked } from '../tracked/transaction-data.ts'
import { type InvalidReason, invalidReasons } from './invalid-reasons.ts'

export interface ValidateChallengeDeps {
  store: Store
  config: { issuer: string }
  clock: () => number
  /** Forgets used tokens that have expired. */
  purge: () => Promise<void>
}

/** What the application expects to have been approved. */
export interface Expectation {
  userId?: string
  action?: string
  /** The instance. */
  idempotencyKey?: string
  /** The transaction: every member must be as it was tracked. */
  custom?: Record<string, unknown>
}

export interface ValidateResult {
  isValid: boolean
  state?: State
  stateUpdatedAt?: string
  userId?: string
  /** Some clients read `action`, some `actionCode`. */
  action?: string
  actionCode?: string
  idempotencyKey?: string
  verificationMethod?: string
  /** What was approved, as it was tracked. */
  custom?: Readonly<Record<string, JsonValue>>
  /** Whether a track came first, so that rules decided it. */
  isTracked?: boolean
  /** The token, or the challenge it speaks of, has approved once already. */
  isConsumed?: true
  /** Why it is not valid, for a program. */
  reason?: InvalidReason
  /** The same for a person. */
  error?: string
}

/**
 * Says whether a token proves that its user passed the challenge of its action instance, and which one that is.
 *
 * Valid at most once: a second call for a token that was valid says `isConsumed`. A call that is not valid uses nothing up. Never refuses a token,
 * however strange: it is not valid, and `reason` says why. Only the application's server can ask, so an attacker learns nothing.
 */
export async function validateChallenge(
  deps: ValidateChallengeDeps,
  tenant: Tenant,
  text: string,
  expected: Expectation,
): Promise<ValidateResult> {
  const at = deps.clock()
  const token = verifyToken(tenant, text, { issuer: deps.config.issuer, kinds: ['challenge', 'result'], at })
  if (!token.verified) return notValid(token.reason === 'unknown_key' && isOfOtherTenant(tenant, text) ? 'other_tenant' : token.reason)
  const { claims } = token
  if (expected.userId !== undefined && expected.userId !== claims.userId) return notValid('other_user')
  if (expected.action !== undefined && expected.action !== claims.actionCode) return notValid('other_action')
  if (expected.idempotencyKey !== undefined && expected.idempotencyKey !== claims.idempotencyKey) return notValid('other_idempotency_key')

  const { tenantId } = tenant
  await deps.purge()
  return deps.store.transaction({ tenantId, userId: claims.userId }, async (tx) => {
    const { instance, fault } = await findTokenStanding(tx, claims, at)
    if (fault === 'key_revoked') return notValid('unknown_key')
    if (instance === undefined) return notValid('instance_gone')
    const reason = await findReason(tx.db, tenant, claims, { instance, fault }, expected, at)
    if (reason !== undefined) return { ...describe(instance), ...notValid(reason) }
    if (await consumeToken(tx.db, claims, instance, at)) {
      await keepValidated(tx, instance, at)
      return { ...describe(instance), isValid: true }
    }
    return { ...describe(instance), ...notValid('already_used'), isConsumed: true }
  })
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

function describe(instance: Instance): Omit<ValidateResult, 'isValid'> {
  return {
    state: instance.state,
    stateUpdatedAt: toIso(instance.stateUpdatedAt),
    userId: instance.userId,
    action: instance.action,
    actionCode: instance.action,
    idempotencyKey: instance.idempotencyKey,
    verificationMethod: instance.verificationMethod ?? undefined,
    custom: instance.tracked.custom,
    // A decision stores at least the place of the velocity features.
    isTracked: instance.signals.length > 0,
  }
}

function notValid(reason: InvalidReason): ValidateResult {
  // The state says it, and clients take an `error` for a failed call.
  return reason === 'not_passed' ? { isValid: false, reason } : { isValid: false, reason, error: invalidReasons[reason] }
}
