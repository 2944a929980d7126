import { type Limit, type LimitSettings, type PrefixRateLimitConfiguration, toLimit } from './limit-settings.ts'
import { numberBlock, type PhonePrefix } from './phone-prefix.ts'
import type { WatchedPrefix } from './prefix-breaker.ts'

const blockSize = 10_000
/** To all numbers of one country, and of one block of 10,000, where a tenant sets nothing. */
export const usualPrefixLimits: readonly PrefixRateLimitConfiguration[] = [
  { blockSize: 'country', rateLimit: 300, windowInMinutes: 60 },
  { blockSize, rateLimit: 30, windowInMinutes: 60 },
]

/** What limits how many messages go to numbers like this one, and the name of the numbers that count together. */
export function prefixLimitsOf(
  { prefixRateLimitConfigurations = [] }: LimitSettings,
  phone: PhonePrefix,
): { limit: Limit; block: string }[] {
  const { country } = phone
  const set = prefixRateLimitConfigurations.filter(
    ({ enabled, countryCodes }) =>
      enabled !== false && (countryCodes === undefined || (country !== undefined && countryCodes.includes(country))),
  )
  return (set.length === 0 ? usualPrefixLimits : set).map((one) => ({
    limit: toLimit(one),
    block: one.blockSize === 'country' ? `country ${country ?? 'none'}` : numberBlock(phone, one.blockSize),
  }))
}

/** The prefixes of a number that stop when nobody answers their messages. */
export function watchedPrefixes(phone: PhonePrefix | undefined): WatchedPrefix[] {
  if (phone === undefined) return []
  const block: WatchedPrefix = { scope: 'block', prefix: numberBlock(phone, blockSize) }
  return phone.country === undefined ? [block] : [{ scope: 'country', prefix: phone.country }, block]
}
