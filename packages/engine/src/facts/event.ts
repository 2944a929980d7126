import type { JsonValue } from './json-value.ts'
import type { Known } from './missing.ts'

/** One tracked occurrence with everything that was looked up for it. Time and ids come from here: the engine has no clock. */
export interface TrackedEvent {
  tenantId: string
  userId: string
  action: string
  idempotencyKey: string
  /** Milliseconds UTC. */
  at: number
  /** `null`: no address was tracked. */
  ip: IpFacts | null
  /** `null`: no user agent was tracked. */
  userAgent: UserAgentFacts | null
  deviceId: string | null
  /**
   * What became of the proof that the device made with its key: a good one for this device id, or one that proves nothing about it. Absent:
   * none came.
   */
  deviceProof?: 'valid' | 'refused'
  /** The tracked `custom` data, already typed by the tenant's data points. Null prototype. */
  custom: Readonly<Record<string, JsonValue>>
  /** As the application sent it. */
  tracked: TrackedInput
  /** Names the IP data sets that answered `ip`. */
  dataVersion: string
}

/** What the application sent, kept so that the decision can be read, replayed and bound to a challenge. */
export interface TrackedInput {
  ipAddress?: string
  userAgent?: string
  deviceId?: string
  /** Typed by the data points of the time. */
  custom?: Readonly<Record<string, JsonValue>>
  /** The members of `custom` that typing turned from text into a number, as the application sent them. */
  numbersAsSent?: Readonly<Record<string, string>>
  redirectUrl?: string
  redirectToSettings?: boolean
  scope?: string
  locale?: string
}

/**
 * What is known about an address, regardless of who uses it. One look-up answers it; a missing data set makes its own facts `unavailable`.
 */
export interface IpFacts {
  /** Canonical text (RFC 5952 for IPv6; IPv4-mapped addresses are IPv4). */
  address: string
  version: 4 | 6
  /** The /24 or /48 the address is in, in CIDR notation. */
  network: string
  /** Any special-purpose range (RFC 6890): private, loopback, link-local, documentation … Such an address has no location and no network owner. */
  isPrivate: boolean
  isTor: Known<boolean>
  isVpn: Known<boolean>
  isProxy: Known<boolean>
  isHosting: Known<boolean>
  isRelay: Known<boolean>
  isCrawler: Known<boolean>
  /** The exit of a secure web gateway: people at work, whose company hides where they are. Not anonymous. */
  isGateway: Known<boolean>
  /** Tor, VPN, public proxy or hosting; a relay only when the tenant says so. */
  isAnonymous: Known<boolean>
  /** 0 to 1: how sure the sources are of `isAnonymous`. */
  anonymityConfidence: Known<number>
  asn: Known<number>
  asnName: Known<string>
  asnType: Known<AsnType>
  countryCode: Known<string>
  cityName: Known<string>
  latitude: Known<number>
  longitude: Known<number>
  accuracyKm: Known<number>
  timeZone: Known<string>
  countryCodeInOfacList: Known<boolean>
}

export type AsnType = 'isp' | 'mobile' | 'hosting' | 'business' | 'education' | 'government'

/** What a user agent says about itself. Made by `parseUserAgent`. */
export interface UserAgentFacts {
  /** As sent, cut to 512 characters. */
  raw: string
  browserName: Known<string>
  /** Major version. */
  browserVersion: Known<string>
  osName: Known<string>
  osVersion: Known<string>
  deviceType: Known<'desktop' | 'mobile' | 'tablet' | 'tv' | 'bot'>
  isBot: boolean
}
