import type { Method } from '../methods/use-methods.ts'

type Limits = Method['limits']
type Wire = { rateLimit: number; windowInMinutes: number }
type WirePrefix = NonNullable<Limits['prefixes']>['limits'][number]

/** At most so many in so many minutes, as it is typed. */
export interface TypedLimit {
  rateLimit: string
  windowInMinutes: string
}

/** A limit of all messages to one country, or to one block of so many numbers. */
export interface TypedPrefixLimit extends TypedLimit {
  blockSize: string
  /** Codes, with commas between them. Empty: every country. */
  countryCodes: string
  isOff: boolean
}

/** The limits of a method as a form holds them. Absent: the method has no limit of that kind. */
export interface LimitDraft {
  answers?: TypedLimit
  sends?: readonly TypedLimit[]
  prefixes?: readonly TypedPrefixLimit[]
}

export interface WireLimits {
  submissionRateLimitConfiguration?: Wire
  sendingRateLimitConfigurations?: Wire[]
  prefixRateLimitConfigurations?: WirePrefix[]
}

export function limitDraftOf({ answers, sends, prefixes }: Limits): LimitDraft {
  return {
    ...(answers && { answers: typed(answers.limit) }),
    ...(sends && { sends: sends.limits.map(typed) }),
    ...(prefixes && {
      prefixes: prefixes.limits.map((limit) => ({
        ...typed(limit),
        blockSize: String(limit.blockSize),
        countryCodes: (limit.countryCodes ?? []).join(', '),
        isOff: limit.enabled === false,
      })),
    }),
  }
}

function typed({ rateLimit, windowInMinutes }: Wire): TypedLimit {
  return { rateLimit: String(rateLimit), windowInMinutes: String(windowInMinutes) }
}

/** What is wrong with what was typed, as a sentence. `undefined`: nothing that can be seen here; the server knows the rest. */
export function draftProblem({ answers, sends = [], prefixes = [] }: LimitDraft): string | undefined {
  const all = [...(answers ? [answers] : []), ...sends, ...prefixes]
  if (all.some(({ rateLimit }) => !/^[1-9]\d{0,3}$/.test(rateLimit.trim()))) return 'Each limit is a whole number, at least 1.'
  if (all.some(({ windowInMinutes }) => !isWindow(windowInMinutes))) return 'Each time is from half a minute to 1,440 minutes, a day.'
  if (prefixes.some(({ countryCodes }) => codesOf(countryCodes).some((code) => !/^[A-Z]{2}$/.test(code))))
    return 'Countries are codes of two letters, such as NZ, AU.'
  return undefined
}

function isWindow(text: string): boolean {
  const minutes = Number(text)
  return text.trim() !== '' && minutes >= 0.5 && minutes <= 1440
}

/** The limits that differ from those in force, as the API takes them. */
export function changedLimits(before: LimitDraft, after: LimitDraft): WireLimits {
  const differs = (name: keyof LimitDraft) => JSON.stringify(before[name]) !== JSON.stringify(after[name])
  return {
    ...(after.answers && differs('answers') && { submissionRateLimitConfiguration: wire(after.answers) }),
    ...(after.sends && differs('sends') && { sendingRateLimitConfigurations: after.sends.map(wire) }),
    ...(after.prefixes &&
      differs('prefixes') && {
        prefixRateLimitConfigurations: after.prefixes.map((limit) => ({
          ...wire(limit),
          blockSize: limit.blockSize === 'country' ? ('country' as const) : Number(limit.blockSize),
          ...(codesOf(limit.countryCodes).length > 0 && { countryCodes: codesOf(limit.countryCodes) }),
          ...(limit.isOff && { enabled: false }),
        })),
      }),
  }
}

/** The same as a change of the configuration: a limit has an older name, which must not hold beside it. */
export function asChange(limits: WireLimits): Record<string, unknown> {
  return {
    ...limits,
    ...(limits.submissionRateLimitConfiguration && { rateLimitConfiguration: null }),
    ...(limits.sendingRateLimitConfigurations && { sendingRateLimitConfiguration: null }),
  }
}

/** What puts the limits of a method back to what they were, or to the usual ones. */
export function restoreOf({ answers, sends, prefixes }: Limits): Record<string, unknown> {
  return {
    ...(answers && { submissionRateLimitConfiguration: answers.isUsual ? null : answers.limit, rateLimitConfiguration: null }),
    ...(sends && { sendingRateLimitConfigurations: sends.isUsual ? null : sends.limits, sendingRateLimitConfiguration: null }),
    ...(prefixes && { prefixRateLimitConfigurations: prefixes.isUsual ? null : prefixes.limits }),
  }
}

/** The usual limits: everything that the tenant has set is cleared. */
export function usualOf({ answers, sends, prefixes }: Limits): Record<string, unknown> {
  return restoreOf({
    ...(answers && { answers: { ...answers, isUsual: true } }),
    ...(sends && { sends: { ...sends, isUsual: true } }),
    ...(prefixes && { prefixes: { ...prefixes, isUsual: true } }),
  })
}

function wire({ rateLimit, windowInMinutes }: TypedLimit): Wire {
  return { rateLimit: Number(rateLimit), windowInMinutes: Number(windowInMinutes) }
}

function codesOf(text: string): string[] {
  return text
    .toUpperCase()
    .split(/[\s,]+/)
    .filter((code) => code !== '')
}
