import type { VerificationMethod } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'
import { findLimitProblems } from '../tries/find-limit-problems.ts'
import {
  answerLimitOf,
  type Limit,
  type LimitSettings,
  limitSettingsOf,
  type PrefixRateLimitConfiguration,
  type RateLimitConfiguration,
} from '../tries/limit-settings.ts'
import { prefixLimitsOf } from '../tries/prefix-limits.ts'
import { sendKinds, sendLimits, userSendLimits } from '../tries/send-limits.ts'
import { guessesPerTenant } from '../tries/take-guess.ts'
import { chanceOf, triesInADay } from './chance-of-a-guess.ts'
import { countStoppedAnswers, countStoppedSends, type Stopped } from './count-stopped.ts'

/** Limits that somebody thinks of setting. What is absent stays as it is. */
export interface ProposedLimits {
  submissionRateLimitConfiguration?: RateLimitConfiguration | undefined
  sendingRateLimitConfigurations?: readonly RateLimitConfiguration[] | undefined
  prefixRateLimitConfigurations?: readonly PrefixRateLimitConfiguration[] | undefined
  verificationCodeLength?: number | undefined
  /** Users who can be attacked. Absent: those who have the method. */
  users?: number | undefined
  /** Countries to which messages may go. Absent: as configured; else the number is not limited by countries. */
  countries?: number | undefined
  /** Of one message, in any currency. */
  pricePerMessage?: number | undefined
}

export interface LimitPreview {
  /** Absent: the method has no codes that could be guessed. */
  guessing?: { oneUser: Guessing; allUsers: Guessing & { users: number } }
  /** Absent: the method sends no messages. */
  sending?: { mostPerUserAndDay: number; mostPerDay: number; mostCostPerDay?: number }
  /** What they would have done to real users in the last 30 days. */
  history: { days: number; answers?: Stopped; sends?: Stopped }
}

interface Guessing {
  triesPerDay: number
  /** From 0 to 1. */
  chancePerDay: number
}

const day = 24 * 60 * 60_000
const days = 30

/** Says what limits of a method would mean, before they are set. Refuses those that could not be set. Changes nothing. */
export async function previewLimits(
  { store: { db }, clock }: { store: { db: Db }; clock: () => number },
  tenant: Tenant,
  { name: method, isGuessable }: { name: VerificationMethod; isGuessable?: true },
  proposed: ProposedLimits,
): Promise<LimitPreview> {
  const { tenantId } = tenant
  const from = clock() - days * day
  const { submissionRateLimitConfiguration, sendingRateLimitConfigurations, prefixRateLimitConfigurations } = proposed
  const { rateLimitConfiguration, sendingRateLimitConfiguration, ...set } = limitSettingsOf(tenant, method)
  const settings = {
    ...set,
    ...((submissionRateLimitConfiguration ?? rateLimitConfiguration) && {
      submissionRateLimitConfiguration: submissionRateLimitConfiguration ?? set.submissionRateLimitConfiguration ?? rateLimitConfiguration,
    }),
    ...(sendingRateLimitConfigurations === undefined
      ? sendingRateLimitConfiguration && { sendingRateLimitConfiguration }
      : { sendingRateLimitConfigurations }),
    ...(prefixRateLimitConfigurations && { prefixRateLimitConfigurations }),
  }
  const problems = findLimitProblems(method, settings)
  if (problems.length > 0) throw new ApiError('invalid_request', problems.join('; '))
  const preview: LimitPreview = { history: { days } }
  if (isGuessable) {
    const configurations = [{ authenticatorId: '', verificationMethod: method, isActive: true, settings }]
    const limit = answerLimitOf({ authenticatorConfigurations: configurations }, method)
    const users = proposed.users ?? (await countUsers(db, tenantId, method))
    preview.guessing = guessing(method, limit, users, proposed.verificationCodeLength ?? codeLengthOf(settings))
    preview.history.answers = await countStoppedAnswers(db, tenantId, method, limit, from)
  }
  const kind = sendKinds[method]
  if (kind !== undefined) {
    const limits = userSendLimits(kind, settings)
    const ofTenant = inADay(sendLimits[kind].tenant)
    const mostPerDay = Math.min(ofTenant, kind === 'phone' ? mostToCountries(settings, proposed.countries) : Number.POSITIVE_INFINITY)
    preview.sending = {
      mostPerUserAndDay: Math.min(...[...limits, ...sendLimits[kind].destination].map(inADay)),
      mostPerDay,
      ...(proposed.pricePerMessage !== undefined && { mostCostPerDay: Math.round(mostPerDay * proposed.pricePerMessage * 100) / 100 }),
    }
    preview.history.sends = await countStoppedSends(db, tenantId, method, limits, from)
  }
  return preview
}

function guessing(method: VerificationMethod, limit: Limit, users: number, codeLength: number): NonNullable<LimitPreview['guessing']> {
  const tries = triesInADay(limit)
  const all = Math.min(users * tries, inADay(guessesPerTenant))
  // An app's code of now, the one before and the one after; ten recovery codes of 64 bits; of a code that was sent, the newest alone.
  const [right, possible] = method === 'AUTHENTICATOR_APP' ? [3, 1e6] : method === 'RECOVERY_CODE' ? [10, 2 ** 64] : [1, 10 ** codeLength]
  return {
    oneUser: { triesPerDay: tries, chancePerDay: rounded(chanceOf(tries, right, possible)) },
    allUsers: { users, triesPerDay: all, chancePerDay: rounded(chanceOf(all, right, possible)) },
  }
}

function rounded(chance: number): number {
  return Number(chance.toPrecision(3))
}

function inADay({ limit, windowMs }: Limit): number {
  return limit * Math.ceil(day / windowMs)
}

function codeLengthOf(settings: object): number {
  const { verificationCodeLength } = settings as { verificationCodeLength?: unknown }
  return typeof verificationCodeLength === 'number' ? verificationCodeLength : 6
}

/** How many messages a day the limits of countries let through to all of them together: to those that are allowed, or to so many that nobody names. */
function mostToCountries(settings: LimitSettings, count: number | undefined): number {
  const { smsCountryCodes } = settings as { smsCountryCodes?: unknown }
  const allowed = Array.isArray(smsCountryCodes) ? (smsCountryCodes as string[]) : undefined
  const countries = count === undefined ? allowed : Array<undefined>(count).fill(undefined)
  if (countries === undefined) return Number.POSITIVE_INFINITY
  return countries.reduce((sum, country) => sum + mostToCountry(settings, country), 0)
}

function mostToCountry(settings: LimitSettings, country: string | undefined): number {
  const limits = prefixLimitsOf(settings, { digits: '0', country }).filter(({ block }) => block.startsWith('country'))
  return Math.min(...limits.map(({ limit }) => inADay(limit)))
}

async function countUsers(db: Db, tenantId: string, method: VerificationMethod): Promise<number> {
  const { users } = await db
    .selectFrom('authenticators')
    .select((select) => select.fn.count<number>('user_id').distinct().as('users'))
    .where('tenant_id', '=', tenantId)
    .where('verification_method', '=', method)
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(users)
}
