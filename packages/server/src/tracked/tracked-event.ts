import type { TrackedEvent, TrackedInput } from '@sallyport/engine'
import type { ParsedAddress } from '../addresses/parse-address.ts'
import { parseClientAddress, type TrustedProxies } from '../addresses/parse-client-address.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import type { InstanceKey } from '../storage/store.ts'
import { readUserAgent } from './read-user-agent.ts'
import { type CustomData, noCustomData, refuseOutOfBounds, typeCustomData } from './type-custom-data.ts'

/** The part of what an application sends that makes the event; `null` is as good as absent. */
export interface EventAttributes {
  redirectUrl?: string | null
  redirectToSettings?: boolean | null
  userAgent?: string | null
  deviceId?: string | null
  scope?: string | null
  custom?: Record<string, unknown> | null
  locale?: string | null
}

/** The one address that counts of those an application passed on; `null` when it passed none. Refuses what is no address. */
export function readClientAddress(text: string | null | undefined, trustedProxies: TrustedProxies): ParsedAddress | null {
  if (text == null) return null
  const address = parseClientAddress(text, trustedProxies)
  if (address === null) throw new ApiError('invalid_request', '`ipAddress` is not an address or a list of addresses')
  return address
}

export interface TrackedEventDeps {
  ip: Pick<IpIntelligence, 'lookUp' | 'dataVersion'>
}

export interface EventPlace {
  key: InstanceKey
  at: number
  /** Names of data points without which the event is refused. */
  requiredDataPoints?: readonly string[]
  /** What became of the proof of the device id. Absent: none came. */
  deviceProof?: TrackedEvent['deviceProof']
}

/** The event to decide: the data as sent, typed, with the facts about its address. Refuses custom data that is not as declared. */
export function toTrackedEvent(
  deps: TrackedEventDeps,
  tenant: Pick<Tenant, 'dataPoints' | 'settings'>,
  { key, at, requiredDataPoints, deviceProof }: EventPlace,
  attributes: EventAttributes,
  address: ParsedAddress | null,
): TrackedEvent {
  const custom = typeCustomData(attributes.custom ?? undefined, tenant.dataPoints, 'action', requiredDataPoints)
  refuseOutOfBounds(custom, tenant.dataPoints, 'action')
  const userAgent = attributes.userAgent?.trim() ? readUserAgent(attributes.userAgent) : null
  return {
    ...key,
    at,
    ip: address && deps.ip.lookUp(address, { treatRelayAsAnonymous: tenant.settings.treatRelayAsAnonymous }),
    userAgent,
    deviceId: attributes.deviceId || null,
    ...(deviceProof !== undefined && { deviceProof }),
    custom,
    tracked: toTrackedInput(attributes, address?.text, userAgent?.raw, custom),
    dataVersion: deps.ip.dataVersion,
  }
}

/** The record of what was tracked: the one address that counted, the user agent as far as it was read. */
function toTrackedInput(
  attributes: EventAttributes,
  ipAddress: string | undefined,
  userAgent: string | undefined,
  custom: CustomData,
): TrackedInput {
  const tracked: TrackedInput = {}
  if (ipAddress !== undefined) tracked.ipAddress = ipAddress
  if (userAgent !== undefined) tracked.userAgent = userAgent
  if (attributes.deviceId) tracked.deviceId = attributes.deviceId
  if (custom !== noCustomData) {
    tracked.custom = custom
    const numbersAsSent = findNumbersAsSent(attributes.custom ?? {}, custom)
    if (numbersAsSent !== undefined) tracked.numbersAsSent = numbersAsSent
  }
  if (attributes.redirectUrl) tracked.redirectUrl = attributes.redirectUrl
  if (attributes.redirectToSettings) tracked.redirectToSettings = true
  if (attributes.scope) tracked.scope = attributes.scope
  if (attributes.locale) tracked.locale = attributes.locale
  return tracked
}

function findNumbersAsSent(sent: Record<string, unknown>, typed: CustomData): Record<string, string> | undefined {
  let found: Record<string, string> | undefined
  for (const name in typed) {
    const text = sent[name]
    if (typeof typed[name] !== 'number' || typeof text !== 'string') continue
    found ??= Object.create(null) as Record<string, string>
    found[name] = text
  }
  return found
}
