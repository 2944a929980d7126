import type { VerificationMethod } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import {
  answerLimitOf,
  type Limit,
  limitSettingsOf,
  type PrefixRateLimitConfiguration,
  type RateLimitConfiguration,
} from '../tries/limit-settings.ts'
import { usualPrefixLimits } from '../tries/prefix-limits.ts'
import { sendKinds, userSendLimits } from '../tries/send-limits.ts'

/** The limits of a method that hold now. `isUsual`: the tenant has set no others. */
export interface LimitsInForce {
  /** Absent: its answers cannot be guessed. */
  answers?: { isUsual: boolean; limit: RateLimitConfiguration }
  /** Absent: it sends nothing. */
  sends?: { isUsual: boolean; limits: RateLimitConfiguration[] }
  /** Absent: it sends nothing to phone numbers. */
  prefixes?: { isUsual: boolean; limits: PrefixRateLimitConfiguration[] }
}

/** Which limits hold for a method: those that the tenant has set, or the usual ones. */
export function limitsInForce(tenant: Tenant, { name, isGuessable }: { name: VerificationMethod; isGuessable?: true }): LimitsInForce {
  const set = limitSettingsOf(tenant, name)
  const kind = sendKinds[name]
  const isSet = (list: readonly unknown[] | undefined) => list !== undefined && list.length > 0
  return {
    ...(isGuessable && {
      answers: {
        isUsual: set.submissionRateLimitConfiguration === undefined && set.rateLimitConfiguration === undefined,
        limit: toWire(answerLimitOf(tenant, name)),
      },
    }),
    ...(kind !== undefined && {
      sends: {
        isUsual: !isSet(set.sendingRateLimitConfigurations) && set.sendingRateLimitConfiguration === undefined,
        limits: userSendLimits(kind, set).map(toWire),
      },
    }),
    ...(kind === 'phone' && {
      prefixes: isSet(set.prefixRateLimitConfigurations)
        ? { isUsual: false, limits: [...(set.prefixRateLimitConfigurations ?? [])] }
        : { isUsual: true, limits: [...usualPrefixLimits] },
    }),
  }
}

function toWire({ limit, windowMs }: Limit): RateLimitConfiguration {
  return { rateLimit: limit, windowInMinutes: windowMs / 60_000 }
}
