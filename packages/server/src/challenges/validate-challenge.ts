import { challengeStrength, decidingRule, type Instance, type JsonValue, type State } from '@sallyport/engine'
import { isAuthenticatorRemoved } from '../authenticators/is-authenticator-removed.ts'
import { findPolicyDefinition } from '../configuration/find-policy-definition.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import type { Db, Store } from '../storage/store.ts'
import { type TokenClaims, verifyToken } from '../tokens/challenge-token.ts'
import { consumeToken } from '../tokens/consume-token.ts'
import { isAsTracked } from '../tracked/transaction-data.ts'

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
  /** The token, or the challenge it speaks of, has approved once already. */
  isConsumed?: true
  error?: string
}

/**
 * Says whether a token proves that its user passed the challenge of its action instance, and which one that is.
 *
 * Valid at most once: a second call for a token that was valid says `isConsumed`. A call that is not valid uses nothing up. Never refuses a token,
 * however strange: what is not the tenant's own good token is not valid, and nothing more is said of it.
 */
export async function validateChallenge(
  deps: ValidateChallengeDeps,
  tenant: Tenant,
  text: string,
  expected: Expectation,
): Promise<ValidateResult> {
  const at = deps.clock()
  const token = verifyToken(tenant, text, { issuer: deps.config.issuer, kinds: ['challenge', 'result'], at })
  if (!token.verified) return token.reason === 'expired' ? notValid('Token is expired.') : { isValid: false }
  const { claims } = token
  if (expected.userId !== undefined && expected.userId !== claims.userId) return notValid('User is invalid.')
  if (expected.action !== undefined && expected.action !== claims.actionCode) return notValid('Action is invalid.')
  const { idempotencyKey } = claims
  if (expected.idempotencyKey !== undefined && expected.idempotencyKey !== idempotencyKey) return notValid('Idempotency key is invalid.')

  const { tenantId } = tenant
  await deps.purge()
  return deps.store.transaction({ tenantId, userId: claims.userId }, async (tx) => {
    const instance = await tx.findInstance({
      tenantId,
      userId: claims.userId,
      action: claims.actionCode,
      idempotencyKey,
    })
    if (instance === undefined) return { isValid: false }
    const fault = await findFault(tx.db, tenant, claims, instance, expected, at)
    if (fault !== undefined) return { ...describe(instance), ...fault }
    if (await consumeToken(tx.db, claims, instance, at)) return { ...describe(instance), isValid: true }
    return { ...describe(instance), isValid: false, isConsumed: true, error: 'The token was already used.' }
  })
}

async function findFault(
  db: Db,
  tenant: Tenant,
  claims: TokenClaims,
  instance: Instance,
  expected: Expectation,
  at: number,
): Promise<ValidateResult | undefined> {
  if (expected.custom !== undefined && !isAsTracked(expected.custom, instance.tracked, tenant.dataPoints))
    return notValid('Transaction data does not match.')
  // Not passed, failed, or set to something else since: the state says which.
  if (instance.state !== 'CHALLENGE_SUCCEEDED') return { isValid: false }
  if (claims.kind !== 'result') return notValid('The token does not come from a passed challenge.')
  if (instance.disputedAt !== null) return notValid('The action was disputed.')
  if (await isTooOld(db, tenant, instance, at)) return notValid('The challenge was passed too long ago.')
  const { tenantId, verifiedByAuthenticatorId: provedBy } = instance
  if (provedBy !== null && (await isAuthenticatorRemoved(db, tenantId, provedBy))) return notValid('The authenticator was removed.')
  return undefined
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
  }
}

function notValid(error: string): ValidateResult {
  return { isValid: false, error }
}
