import { decide, entitiesOf, type Instance, type State, type TrackedEvent, type TrackedInput } from '@sallyport/engine'
import { ApiError } from '../http/api-error.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import { parseClientAddress, type TrustedProxies } from '../ip/parse-client-address.ts'
import type { Store } from '../storage/store.ts'
import type { Tenant, TenantDirectory } from '../tenants/tenant.ts'
import { issueToken } from '../tokens/challenge-token.ts'
import { enabledMethods } from '../users/enabled-methods.ts'
import { defaultChallengeMethod, instanceMethods } from './challenge-methods.ts'
import { findPolicyDefinition } from './find-policy-definition.ts'
import { readUserAgent } from './read-user-agent.ts'
import { canonicalJson } from './transaction-data.ts'
import { type CustomData, noCustomData, typeCustomData } from './type-custom-data.ts'

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
export interface TrackAttributes {
  idempotencyKey?: string | null
  redirectUrl?: string | null
  redirectToSettings?: boolean | null
  ipAddress?: string | null
  userAgent?: string | null
  deviceId?: string | null
  scope?: string | null
  email?: string | null
  phoneNumber?: string | null
  username?: string | null
  custom?: Record<string, unknown> | null
  challengeId?: string | null
  locale?: string | null
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
  if (attributes.challengeId) throw new ApiError('expired_token', 'the challenge of `challengeId` is unknown, has expired or was claimed')

  const address = attributes.ipAddress == null ? null : clientAddress(attributes.ipAddress, deps.trustedProxies)
  const action = await deps.tenants.loadAction(tenant, actionCode)
  const custom = typeCustomData(attributes.custom ?? undefined, tenant.dataPoints, 'action', action.settings.requiredDataPoints)
  const at = deps.clock()
  const key = { tenantId: tenant.tenantId, userId, action: actionCode, idempotencyKey: attributes.idempotencyKey ?? deps.newId() }
  const userAgent = attributes.userAgent ? readUserAgent(attributes.userAgent) : null
  const deviceId = attributes.deviceId || null
  const event: TrackedEvent = {
    ...key,
    at,
    ip: address && deps.ip.lookUp(address, { treatRelayAsAnonymous: tenant.settings.treatRelayAsAnonymous }),
    userAgent,
    deviceId,
    custom,
    tracked: toTrackedInput(attributes, address?.text, userAgent?.raw, custom),
    dataVersion: deps.ip.dataVersion,
  }

  const result = await deps.store.decide(
    {
      key,
      entities: entitiesOf(event, action.policy.context.features),
      user: {
        email: attributes.email || undefined,
        phoneNumber: attributes.phoneNumber || undefined,
        username: attributes.username || undefined,
      },
      deviceId,
      at,
    },
    (snapshot) => decide(action.policy, snapshot, event),
  )
  const { instance } = result
  if (!result.isNew) refuseOtherData(instance, attributes, custom)

  const token = issueToken(tenant, deps.issuer, {
    kind: 'challenge',
    userId,
    actionCode,
    idempotencyKey: key.idempotencyKey,
    scope: attributes.scope || defaultScope,
    jti: deps.newId(),
    at,
  })
  const enrolled = result.snapshot.user.enrolledMethods.filter((method) => enabled.includes(method))
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

function clientAddress(text: string, trustedProxies: TrustedProxies) {
  const address = parseClientAddress(text, trustedProxies)
  if (address === null) throw new ApiError('invalid_request', '`ipAddress` is not an address or a list of addresses')
  return address
}

/** The record of what was tracked: the one address that counted, the user agent as far as it was read. */
function toTrackedInput(
  attributes: TrackAttributes,
  ipAddress: string | undefined,
  userAgent: string | undefined,
  custom: CustomData,
): TrackedInput {
  const tracked: TrackedInput = {}
  if (ipAddress !== undefined) tracked.ipAddress = ipAddress
  if (userAgent !== undefined) tracked.userAgent = userAgent
  if (attributes.deviceId) tracked.deviceId = attributes.deviceId
  if (custom !== noCustomData) tracked.custom = custom
  if (attributes.redirectUrl) tracked.redirectUrl = attributes.redirectUrl
  if (attributes.redirectToSettings) tracked.redirectToSettings = true
  if (attributes.scope) tracked.scope = attributes.scope
  if (attributes.locale) tracked.locale = attributes.locale
  return tracked
}

function refuseOtherData(instance: Instance, attributes: TrackAttributes, custom: CustomData): void {
  if (attributes.custom == null || canonicalJson(custom) === canonicalJson(instance.tracked.custom ?? {})) return
  throw new ApiError('idempotency_conflict', 'this idempotency key was tracked with other `custom` data')
}
