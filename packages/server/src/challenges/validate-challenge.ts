import type { Instance, JsonValue, State } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import type { Store } from '../storage/store.ts'
import { approveOnce, type Expectation, readApproval } from './approve-once.ts'
import { type InvalidReason, invalidReasons } from './invalid-reasons.ts'

export interface ValidateChallengeDeps {
  store: Store
  config: { issuer: string }
  clock: () => number
  /** Forgets used tokens that have expired. */
  purge: () => Promise<void>
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
  const read = readApproval(tenant, text, { issuer: deps.config.issuer, at }, expected)
  if ('reason' in read) return notValid(read.reason)

  await deps.purge()
  const scope = { tenantId: tenant.tenantId, userId: read.claims.userId }
  const { instance, reason } = await deps.store.transaction(scope, (tx) => approveOnce(tx, tenant, read.claims, expected, at))
  if (reason === undefined) return { ...describe(instance), isValid: true }
  const refusal = { ...notValid(reason), ...(reason === 'already_used' && { isConsumed: true as const }) }
  return instance === undefined ? refusal : { ...describe(instance), ...refusal }
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
