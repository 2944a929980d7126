import { type Limit, type LimitSettings, toLimit } from './limit-settings.ts'
import { numberBlock, type PhonePrefix } from './phone-prefix.ts'
import type { WatchedPrefix } from './prefix-breaker.ts'

const hour = 60 * 60_000
const blockSize = 10_000
/** To all numbers of one country, and of one block of 10,000. */
const perCountry: Limit = { limit: 300, windowMs: hour }
const perBlock: Limit = { limit: 30, windowMs: hour }

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
  const limits =
    set.length === 0
      ? [
          { blockSize: 'country' as const, ...perCountry },
          { blockSize, ...perBlock },
        ]
      : set.map((one) => ({ ...one, ...toLimit(one) }))
  return limits.map(({ blockSize: size, limit, windowMs }) => ({
    limit: { limit, windowMs },
    block: size === 'country' ? `country ${country ?? 'none'}` : numberBlock(phone, size),
  }))
}

/** The prefixes of a number that stop when nobody answers their messages. */
export function watchedPrefixes(phone: PhonePrefix | undefined): WatchedPrefix[] {
  if (phone === undefined) return []
  const block: WatchedPrefix = { scope: 'block', prefix: numberBlock(phone, blockSize) }
  return phone.country === undefined ? [block] : [{ scope: 'country', prefix: phone.country }, block]
}
