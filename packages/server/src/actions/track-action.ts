import { decide, entitiesOf, type Instance, type State, type TrackedEvent } from '@sallyport/engine'
import type { ParsedAddress } from '../addresses/parse-address.ts'
import type { TrustedProxies } from '../addresses/parse-client-address.ts'
import { defaultChallengeMethod, instanceMethods } from '../challenges/challenge-methods.ts'
import { enabledMethods, isEnabledMethod } from '../configuration/enabled-methods.ts'
import { findPolicyDefinition } from '../configuration/find-policy-definition.ts'
import type { Tenant, TenantDirectory } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import type { Store } from '../storage/store.ts'
import { issueToken } from '../tokens/challenge-token.ts'
import { type EventAttributes, type EventPlace, readClientAddress, toTrackedEvent } from '../tracked/tracked-event.ts'
import { isAsTracked } from '../tracked/transaction-data.ts'

export interface TrackActionDeps {
  store: Store
  tenants: Pick<TenantDirectory, 'loadAction'>
  ip: Pick<IpIntelligence, 'lookUp' | 'dataVersion'>
  trustedProxies: TrustedProxies
  publicUrl: () => string
  issuer: string
  clock: () => number
  newId: () => string
}

/** What the application sent, by name; `null` is as good as absent. */
export interface TrackAttributes extends EventAttributes {
  idempotencyKey?: string | null
  ipAddress?: string | null
  email?: string | null
  phoneNumber?: string | null
  username?: string | null
  challengeId?: string | null
}

export interface TrackResult {
  idempotencyKey: string
  state: State
  url: string
  token: string
  isEnrolled: boolean
  enrolledVerificationMethods: string[]
  allowedVerificationMethods: string[]
  defaultVerificationMethod?: string
  ruleIds: string[]
}

/** What a token may do when nobody asks for more: show the user's authenticators and answer the challenge. */
const defaultScope = 'read:authenticators'

/**
 * Tracks one action instance: the straight path of the product.
 *
 * The same idempotency key again answers with the instance as it stands now, and decides nothing. It is refused when the request names other
 * `custom` data than the instance was decided for: what was approved for one transfer is no answer for another.
 */
export async function trackAction(
  deps: TrackActionDeps,
  tenant: Tenant,
  userId: string,
  actionCode: string,
  attributes: TrackAttributes,
): Promise<TrackResult> {
  const enabled = enabledMethods(tenant)
  if (enabled.length === 0) throw new ApiError('AUTHENTICATOR_NOT_FOUND', 'no authenticator is configured for this tenant')
  if (attributes.challengeId)
    throw new ApiError('expired_token', 'the challenge `challengeId` is unknown, has expired or was already claimed')

  const address = readClientAddress(attributes.ipAddress, deps.trustedProxies)
  const action = await deps.tenants.loadAction(tenant, actionCode)
  const at = deps.clock()
  const key = { tenantId: tenant.tenantId, userId, action: actionCode, idempotencyKey: attributes.idempotencyKey ?? deps.newId() }
  const { requiredDataPoints } = action.settings
  const { event, refusal } = readEvent(deps, tenant, { key, at, requiredDataPoints }, attributes, address)

  const result = await deps.store.decide(
    {
      key,
      entities: entitiesOf(event, action.policy.context.features),
      user: {
        email: attributes.email || undefined,
        phoneNumber: attributes.phoneNumber || undefined,
        username: attributes.username || undefined,
      },
      deviceId: event.deviceId,
      at,
    },
    (snapshot) => {
      if (refusal !== undefined) throw refusal
      return decide(action.policy, snapshot, event)
    },
  )
  const { instance } = result
  if (!result.isNew) refuseOtherData(tenant, instance, attributes, refusal)

  const token = issueToken(tenant, deps.issuer, {
    kind: 'challenge',
    userId,
    actionCode,
    idempotencyKey: key.idempotencyKey,
    scope: attributes.scope || defaultScope,
    jti: deps.newId(),
    at,
    basis: { createdAt: instance.createdAt, state: instance.state, isEnrolled: result.snapshot.user.enrolledMethods.length > 0 },
  })
  const enrolled = result.snapshot.user.enrolledMethods.filter((method) => isEnabledMethod(tenant, method))
  const decidedBy = result.isNew ? action.definition : await findPolicyDefinition(deps.store.db, tenant, instance)
  const allowed = instanceMethods(tenant, decidedBy, instance)
  return {
    idempotencyKey: key.idempotencyKey,
    state: instance.state,
    url: `${deps.publicUrl()}/challenge?token=${token}`,
    token,
    isEnrolled: enrolled.length > 0,
    enrolledVerificationMethods: enrolled,
    // Strictly typed clients want at least one.
    allowedVerificationMethods: [...(allowed.length > 0 ? allowed : enabled)],
    defaultVerificationMethod: defaultChallengeMethod(decidedBy, action.settings, instance, allowed, enrolled),
    ruleIds: [...instance.ruleIds],
  }
}

/**
 * The event; and why it is refused if it is new, for a key that may be known: what was tracked before a data point was declared is found again by
 * the same bytes, also if they would be refused now.
 */
function readEvent(
  deps: TrackActionDeps,
  tenant: Tenant,
  place: EventPlace,
  attributes: TrackAttributes,
  address: ParsedAddress | null,
): { event: TrackedEvent; refusal?: ApiError } {
  try {
    return { event: toTrackedEvent(deps, tenant, place, attributes, address) }
  } catch (refusal) {
    if (!(refusal instanceof ApiError) || !attributes.idempotencyKey) throw refusal
    const { key, at } = place
    return { event: toTrackedEvent(deps, { ...tenant, dataPoints: new Map() }, { key, at }, attributes, address), refusal }
  }
}

function refuseOtherData(tenant: Tenant, instance: Instance, { custom }: TrackAttributes, refusal: ApiError | undefined): void {
  if (custom == null || isAsTracked(custom, instance.tracked, tenant.dataPoints)) return
  throw refusal ?? new ApiError('idempotency_conflict', 'this idempotency key was already tracked with different `custom` data')
}
