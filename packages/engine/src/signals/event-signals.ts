import type { SignalName } from './registry.ts'

/**
 * The signals that an event has by itself: known before anything remembered is read, and stored with the instance. Only these can decide
 * what a velocity feature counts, so that the same instance counts the same when its windows are computed again.
 */
export const eventSignals: ReadonlySet<string> = new Set<SignalName>([
  'ip.address',
  'ip.version',
  'ip.isPrivate',
  'ip.isAnonymous',
  'ip.isTor',
  'ip.isVpn',
  'ip.isProxy',
  'ip.isHosting',
  'ip.isRelay',
  'ip.isCrawler',
  'ip.isGateway',
  'ip.anonymityConfidence',
  'ip.asn',
  'ip.asnName',
  'ip.asnType',
  'ip.location.country.countryCode',
  'ip.location.city.name',
  'ip.location.latitude',
  'ip.location.longitude',
  'ip.location.accuracyKm',
  'ip.location.timeZone',
  'ip.countryCodeInOfacList',
  'device.id',
  'device.isProven',
  'device.isBot',
  'device.browser.name',
  'device.os.name',
  'device.type',
  'user.id',
  'user.isEnrolled',
  'user.hasPasskey',
  'user.enrolledMethods',
  'user.accountAgeDays',
])
