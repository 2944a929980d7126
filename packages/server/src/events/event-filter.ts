import { didYouMean, type Outcome, type State } from '@sallyport/engine'
import { z } from 'zod'
import { parseAddressRange } from '../addresses/address-range.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { actionCode, identifier, storableText, userId } from '../http/identifier.ts'
import { queryFlag } from '../http/query-flag.ts'
import { type Moment, momentAt, queryMoment } from '../http/query-moment.ts'
import { wireState } from '../http/wire-state.ts'
import { outcome } from '../rules/rule-json.ts'
import { collectEvents } from '../storage/collect-events.ts'
import type { CustomComparison, EventFilter, SearchingStore } from '../storage/searching-store.ts'

const addressRange = z
  .string()
  .max(128)
  .transform((text, context) => {
    const range = parseAddressRange(text)
    if (range !== undefined) return range
    context.addIssue({
      code: 'custom',
      message: 'is neither an IP address nor a range of addresses, such as `203.0.113.7`, `10.0.0.0/8` or `2001:db8::/32`',
    })
    return z.NEVER
  })

/** Several values with commas between them: any of them. `one`: what each looks like. */
function anyOf<Value extends string>(one: string, message: string) {
  return z
    .string()
    .max(4096)
    .regex(new RegExp(`^${one}(,${one})*$`), message)
    .transform((text) => text.split(',') as Value[])
}

const mostComparisons = 8

const comparisons = z
  .string()
  .max(1024)
  .transform((text, context): CustomComparison[] => {
    const parts = text.split(',')
    const read = parts.map((part) => /^([\p{L}_][\p{L}\p{N}_-]{0,127})(>=|<=|>|<|=)(.+)$/su.exec(part))
    const found = read.flatMap((match) => {
      const [, name = '', operator = '=', value = ''] = match ?? []
      const isSound = match !== null && (operator === '=' || isNumber(value))
      return isSound ? [{ name, operator: operator as CustomComparison['operator'], value }] : []
    })
    if (found.length === parts.length && parts.length <= mostComparisons) return found
    const message = `is not up to ${mostComparisons} comparisons with commas between them, such as \`amount>2000\` or \`currency=EUR\`; only numbers have a size`
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
}

const states = `(${wireState.options.join('|')})`

/** What a search, a live tail and an export of events can be narrowed to. Everything that is given must hold. */
export const filterParameters = {
  userId: userId.optional(),
  ipAddress: addressRange.optional().meta({ description: 'An address, or a range of addresses in CIDR notation.' }),
  deviceId: identifier(256).optional(),
  action: anyOf<string>('[a-zA-Z0-9_-]{1,64}', 'is not one or more codes of actions with commas between them')
    .optional()
    .meta({ description: 'Code of the action; several with commas between them.' }),
  state: anyOf<State>(states, `is not one or more of ${wireState.options.join(', ')} with commas between them`)
    .optional()
    .meta({ description: 'The present state; several with commas between them.' }),
  ruleId: identifier(256).optional().meta({ description: 'A rule that matched, whether it decided or not.' }),
  decidedBy: identifier(256)
    .optional()
    .meta({ description: 'The rule that gave the outcome. `none`: no rule did, but the default outcome.' }),
  isAlone: queryFlag.optional().meta({ description: 'Exactly one active rule matched.' }),
  shadowRuleId: identifier(256).optional().meta({ description: 'A rule in shadow mode that would have matched.' }),
  outcome: anyOf<Outcome>(`(${outcome.options.join('|')})`, `is not one or more of ${outcome.options.join(', ')} with commas between them`)
    .optional()
    .meta({ description: 'What was decided at first, whatever became of it; several with commas between them.' }),
  custom: comparisons.optional().meta({
    description:
      'Comparisons with custom data that were tracked: `amount>2000`, `currency=EUR`; several with commas between them, and all must hold. No index knows them, as it does not know `decidedBy`, `isAlone`, `shadowRuleId` and `outcome`: pages may be short.',
  }),
  label: z.enum(['good', 'fraud', 'none']).optional().meta({ description: '`none`: not labelled.' }),
  isDisputed: queryFlag.optional(),
  country: anyOf<string>('([A-Z]{2}|none)', 'is not one or more codes of countries, such as `DE`, or `none`, with commas between them')
    .optional()
    .meta({ description: 'Country of the address: ISO 3166-1 alpha-2; several with commas between them. `none`: not known.' }),
  text: storableText(200).optional().meta({
    description:
      'Words. Each must be the beginning of a word of what was tracked: the id, e-mail or name of the user, the key, the custom data, the address, the device.',
  }),
} as const

/** When events were tracked, for what looks at the past. */
export const rangeParameters = {
  from: queryMoment.optional().meta({ description: 'Not before this time: ISO 8601, or an age such as `-3h`, `-7d`.' }),
  to: queryMoment.optional().meta({ description: 'Before this time: ISO 8601, or an age such as `-3h`; `now` is now.' }),
} as const

type Parameters<Shape extends z.ZodRawShape> = z.infer<z.ZodObject<Shape>>

export type FilterQuery = Parameters<typeof filterParameters>
export type RangeQuery = Parameters<typeof rangeParameters>

/** The filter of the store. */
export function toEventFilter(query: FilterQuery, range: { from?: number | undefined; to?: number | undefined } = {}): EventFilter {
  const { userId, ipAddress, deviceId, action, state, ruleId, decidedBy, isAlone, shadowRuleId, outcome, custom, label } = query
  const { isDisputed, country, text } = query
  const countries = country?.map((code) => (code === 'none' ? null : code))
  const filter = {
    userId,
    ipAddresses: ipAddress,
    deviceId,
    actions: action,
    states: state,
    ruleId,
    decidedBy: decidedBy === 'none' ? null : decidedBy,
    hasOneRule: isAlone,
    shadowRuleId,
    outcomes: outcome,
    custom,
    label,
    isDisputed,
    countries,
    text,
    ...range,
  }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined))
}

/** Milliseconds UTC. */
export function toRange({ from, to }: RangeQuery, now: number): { from?: number | undefined; to?: number | undefined } {
  return { from: from && momentAt(from, now), to: to && momentAt(to, now) }
}

/** What can be said of a query beyond its form. */
export interface QueryFindings {
  /** Each names the parameter and the remedy. */
  problems: string[]
  /** Why it may find less than expected. */
  warnings: string[]
}

export interface CheckQueryDeps {
  store: Pick<SearchingStore, 'searchEvents'>
  clock: () => number
}

/**
 * Compares a query with what the tenant has: a value that can never be found is a mistake. An action or a rule that is gone was known as long as some event
 * has it. `query`: as it was sent or as it was read, because a query is compared whether its form is good or not.
 */
export async function checkQuery(deps: CheckQueryDeps, tenant: Tenant, query: unknown): Promise<QueryFindings> {
  const { action, ruleId, from, to } = query as { action?: unknown; ruleId?: unknown; from?: unknown; to?: unknown }
  const isFound = async (filter: EventFilter) => {
    const { events, isMore } = await collectEvents(deps.store, tenant.tenantId, { filter, order: 'newest', limit: 1 })
    return events.length > 0 || isMore
  }
  const findings: QueryFindings = { problems: [], warnings: [] }
  const codes = [...tenant.actions.keys()]
  for (const code of actionsOf(action)) {
    if (tenant.actions.has(code) || (await isFound({ actions: [code] }))) continue
    findings.problems.push(`\`action\`: there is no action \`${code}\`${didYouMean(code, codes)}`)
  }
  if (typeof ruleId === 'string' && ruleId !== '' && ruleId.length <= 256 && !hasRule(tenant, ruleId) && !(await isFound({ ruleId }))) {
    findings.warnings.push(noSuchRule(tenant, ruleId))
  }
  const now = deps.clock()
  const [begin, end] = [asMoment(from), asMoment(to)]
  if (begin !== undefined && end !== undefined && momentAt(begin, now) >= momentAt(end, now)) {
    findings.problems.push('`from` must be before `to`: swap them, or leave one out')
  }
  if (begin !== undefined && momentAt(begin, now) > now) findings.warnings.push('`from` is in the future: nothing was tracked since')
  return findings
}

function actionsOf(action: unknown): string[] {
  const codes = typeof action === 'string' ? action.split(',') : Array.isArray(action) ? action.map(String) : []
  return codes.filter((code) => actionCode.safeParse(code).success).slice(0, 64)
}

function asMoment(value: unknown): Moment | undefined {
  if (typeof value !== 'string') return value as Moment | undefined
  const read = queryMoment.safeParse(value)
  return read.success ? read.data : undefined
}

function hasRule(tenant: Tenant, ruleId: string): boolean {
  return [...tenant.actions.values()].some(({ definition }) => definition.rules.some((rule) => rule.ruleId === ruleId))
}

function noSuchRule(tenant: Tenant, ruleId: string): string {
  for (const { definition } of tenant.actions.values()) {
    const named = definition.rules.find(({ name }) => name.toLowerCase() === ruleId.toLowerCase())
    if (named !== undefined) return `\`ruleId\`: no rule has the id \`${ruleId}\`; the rule of this name has the id \`${named.ruleId}\``
  }
  return `\`ruleId\`: no rule in force has the id \`${ruleId}\`, and no event names it`
}
