import type { VerificationMethod } from '@sallyport/engine'
import { z } from 'zod'
import type { Tenant } from '../configuration/tenant.ts'
import { mostWrongAnswers } from './wrong-answers.ts'

/** At most so many in a window. */
export interface Limit {
  limit: number
  windowMs: number
}

/** As the wire API has it. */
export interface RateLimitConfiguration {
  rateLimit: number
  windowInMinutes: number
}

export interface PrefixRateLimitConfiguration extends RateLimitConfiguration {
  enabled?: boolean
  blockSize: 'country' | number
  countryCodes?: string[]
}

/** The members of a method's settings that are limits. */
export interface LimitSettings {
  rateLimitConfiguration?: RateLimitConfiguration
  submissionRateLimitConfiguration?: RateLimitConfiguration
  sendingRateLimitConfiguration?: RateLimitConfiguration
  sendingRateLimitConfigurations?: readonly RateLimitConfiguration[]
  prefixRateLimitConfigurations?: readonly PrefixRateLimitConfiguration[]
}

const minute = 60_000
const windowInMinutes = z.number().min(0.5).max(1440)
const rateLimit = z.strictObject({ rateLimit: z.int().min(1).max(100), windowInMinutes })
const country = z.string().regex(/^[A-Z]{2}$/)

/** Fields of a configuration whose method is guessable: `fields: { …, ...answerLimitFields }`. */
export const answerLimitFields = {
  submissionRateLimitConfiguration: rateLimit.nullish().meta({
    description: `Wrong answers that one user may give with this method in a window. Default 10 in 5 minutes; at most ${mostWrongAnswers}.`,
  }),
  rateLimitConfiguration: rateLimit.nullish().meta({ description: 'The older name of `submissionRateLimitConfiguration`.' }),
}

/** Fields of a configuration whose method sends messages: `fields: { …, ...sendLimitFields }`. */
export const sendLimitFields = {
  sendingRateLimitConfigurations: z
    .array(rateLimit)
    .max(5)
    .nullish()
    .meta({ description: 'Messages that one user may be sent by this method in each of these windows. All of them hold.' }),
  sendingRateLimitConfiguration: rateLimit
    .nullish()
    .meta({ description: 'The older form of `sendingRateLimitConfigurations`, for one window.' }),
}

/** Fields of a configuration whose method sends to phone numbers: `fields: { …, ...prefixLimitFields }`. */
export const prefixLimitFields = {
  prefixRateLimitConfigurations: z
    .array(
      z.strictObject({
        enabled: z.boolean().optional(),
        blockSize: z.union([z.literal('country'), z.int().min(10).max(10_000_000)]),
        rateLimit: z.int().min(1).max(1000),
        windowInMinutes,
        countryCodes: z.array(country).max(250).optional(),
      }),
    )
    .max(20)
    .nullish()
    .meta({
      description:
        'Messages that all users together may be sent in a window to numbers of one country, or of one block of so many numbers (a power of ten).',
    }),
}

const defaultAnswers: Limit = { limit: 10, windowMs: 5 * minute }

/** How many wrong answers a user may give by a method. */
export function answerLimitOf(tenant: Pick<Tenant, 'authenticatorConfigurations'>, method: VerificationMethod): Limit {
  const { submissionRateLimitConfiguration: set, rateLimitConfiguration: older } = limitSettingsOf(tenant, method)
  const given = set ?? older
  return given === undefined ? defaultAnswers : toLimit(given)
}

/** The limits that a tenant has set for a method. */
export function limitSettingsOf(tenant: Pick<Tenant, 'authenticatorConfigurations'>, method: VerificationMethod): LimitSettings {
  const configuration = tenant.authenticatorConfigurations.find(({ verificationMethod }) => verificationMethod === method)
  return (configuration?.settings ?? {}) as LimitSettings
}

export function toLimit({ rateLimit, windowInMinutes }: RateLimitConfiguration): Limit {
  return { limit: rateLimit, windowMs: windowInMinutes * minute }
}
