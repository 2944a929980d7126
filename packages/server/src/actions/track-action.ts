import { decide, entitiesOf, type Instance, type State, type TrackedEvent } from '@sallyport/engine'
import type { ParsedAddress } from '../addresses/parse-address.ts'
import type { TrustedProxies } from '../addresses/parse-client-address.ts'
import { defaultChallengeMethod, instanceMethods } from '../challenges/challenge-methods.ts'
import { enabledMethods, isEnabledMethod } from '../configuration/enabled-methods.ts'
import { findPolicyDefinition } from '../configuration/find-policy-definition.ts'
import type { Tenant, TenantDirectory } from '../configuration/tenant.ts'
import { checkDeviceProof } from '../device-proofs/device-proof.ts'
import { ApiError } from '../errors/api-error.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import type { Store } from '../storage/store.ts'
import { issueToken } from '../tokens/challenge-token.ts'
import { type EventAttributes, type EventPlace, readClientAddress, toTrackedEvent } from '../tracked/tracked-event.ts'
import { isAsTracked } from '../tracked/transaction-data.ts'
import { refuseMisspelt } from '../warnings/find-unknown-members.ts'
import type { RecentWarnings } from '../warnings/recent-warnings.ts'
import type { WarningCode } from '../warnings/warning.ts'
import { findDoubts, findMisspelt, findUnproven, refuseMissingInputs, refuseUnknownAction } from './find-track-warnings.ts'
import { knownAttributes } from './track-body.ts'

export interface TrackActionDeps {
  store: Store
  tenants: Pick<TenantDirectory, 'loadAction' | 'claimFirstUse'>
  ip: Pick<IpIntelligence, 'lookUp' | 'dataVersion'>
  trustedProxies: TrustedProxies
  publicUrl: () => string
  issuer: string
  clock: () => number
  newId: () => string
  warnings: Pick<RecentWarnings, 'note'>
}

/** What the application sent, by name; `null` is as good as absent. */
export interface TrackAttributes extends EventAttributes {
  idempotencyKey?: string | null
  ipAddress?: string | null
  email?: string | null
  phoneNumber?: string | null
  username?: string | null
  challengeId?: string | null
  deviceProof?: string | null
  [unknown: string]: unknown
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
  /** What looks like a mistake. Absent: nothing. */
  warnings?: { code: WarningCode; message: string }[]
}

/** What a token may do when nobody asks for more: show the user's authenticators and answer the challenge. */
const defaultScope = 'read:authenticators'

/**
 * Tracks one action instance: the straight path of the product.
 *
 * What looks like a mistake of the application is answered as `warnings` and kept for the tenant; a strict tenant refuses it.
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

  // An action that was never seen is not put on record; one that was may have the instance that a retry asks for.
  if (tenant.settings.strict && !tenant.actions.has(actionCode)) refuseUnknownAction(tenant, actionCode)
  const address = readClientAddress(attributes.ipAddress, deps.trustedProxies)
  const action = await deps.tenants.loadAction(tenant, actionCode)
  const at = deps.clock()
  const key = { tenantId: tenant.tenantId, userId, action: actionCode, idempotencyKey: attributes.idempotencyKey ?? deps.newId() }
  const { requiredDataPoints } = action.settings
  const proof = checkDeviceProof(tenant, attributes.deviceId, attributes.deviceProof, at)
  const deviceProof = proof === 'none' ? undefined : proof === 'valid' ? proof : 'refused'
  const { event, refusal: typing } = readEvent(deps, tenant, { key, at, requiredDataPoints, deviceProof }, attributes, address)
  const misspelt = findMisspelt(tenant, attributes, knownAttributes, event.custom)
  const refusal =
    typing ??
    refusalOf(() => {
      if (tenant.settings.strict) refuseUnknownAction(tenant, actionCode)
      refuseMissingInputs(action.definition, { ip: address, device: event.deviceId, userAgent: event.userAgent, custom: event.custom })
      if (tenant.settings.strict) refuseMisspelt(misspelt)
    })

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

  const token = await issueToken(tenant, deps.issuer, {
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
  const warnings = [...misspelt, ...findDoubts(tenant, action, instance, deps.tenants.claimFirstUse(action)), ...findUnproven(event, proof)]
  if (result.isNew && warnings.length > 0) deps.warnings.note(tenant.tenantId, actionCode, warnings)
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
    ...(warnings.length === 0 ? {} : { warnings: warnings.map(({ code, message }) => ({ code, message })) }),
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
    const { requiredDataPoints: _, ...untyped } = place
    return { event: toTrackedEvent(deps, { ...tenant, dataPoints: new Map() }, untyped, attributes, address), refusal }
  }
}

/** A refusal that stands only if the event is new. */
function refusalOf(check: () => void): ApiError | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
}

function refuseOtherData(tenant: Tenant, instance: Instance, { custom }: TrackAttributes, refusal: ApiError | undefined): void {
  if (custom == null || isAsTracked(custom, instance.tracked, tenant.dataPoints)) return
  throw refusal ?? new ApiError('idempotency_conflict', 'this idempotency key was already tracked with different `custom` data')
}
