import {
  compilePolicy,
  deriveSignals,
  evaluatePolicy,
  type Policy,
  type PolicyDefinition,
  type RuleDefinition,
  signalReadsOf,
  signalRegistry,
} from '@sallyport/engine'
import { policyContextOf } from '../configuration/load-tenant.ts'
import type { Tenant } from '../configuration/tenant.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import { readClientAddress, toTrackedEvent } from '../tracked/tracked-event.ts'
import type { RuleWarning } from './check-rules.ts'

/** How often rules could not be determined, over recent instances of an action. */
export interface UndeterminedCount {
  instances: number
  /** By rule id. A rule that is not there could not be measured. */
  undetermined: Readonly<Record<string, number>>
}

export interface WarnUndeterminedDeps {
  ip: Pick<IpIntelligence, 'lookUp' | 'dataVersion' | 'dataSets'>
  clock: () => number
  /**
   * Evaluates the rules over recent instances, in a thread of its own and within seconds. `undefined`: there are none, or the server is too busy to look.
   */
  countUndetermined(tenantId: string, policy: PolicyDefinition): Promise<UndeterminedCount | undefined>
}

/**
 * Addresses of large access providers on all continents: if a rule can be determined for none of them, it can be for hardly anybody.
 * Comcast, Deutsche Telekom, Spark New Zealand, NTT OCN, Vivo Brazil, MTN South Africa.
 */
const usualAddresses = ['73.162.40.7', '87.140.12.9', '122.56.20.8', '153.156.30.4', '177.32.10.6', '105.224.10.5']

const usualUserAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

/**
 * Warns of rules that would be undetermined: for everybody, with the IP data as they are now, or for a share of recent events. `rules` are those of the
 * policy to look at. Called after the save, because it takes a while and refuses nothing.
 */
export async function warnUndetermined(
  deps: WarnUndeterminedDeps,
  tenant: Tenant,
  definition: PolicyDefinition,
  rules: readonly RuleDefinition[] = definition.rules,
): Promise<RuleWarning[]> {
  const looked = rules.filter((rule) => rule.mode !== 'off' && mayBeUndetermined(deps, rule))
  if (looked.length === 0) return []
  const active = looked.map((rule) => ({
    ...rule,
    mode: 'active' as const,
    expiresAt: undefined,
    rolloutPercent: undefined,
    snoozes: undefined,
  }))
  const draft: PolicyDefinition = { ...definition, requires: undefined, rules: active }
  const policy = compilePolicy(draft, policyContextOf(tenant))
  const forUsual = undeterminedForUsual(deps, tenant, policy)
  const counted = await deps.countUndetermined(tenant.tenantId, draft)
  return looked.flatMap((rule) => {
    const share = shareOf(counted, rule.ruleId)
    const isForAll = forUsual.has(rule.ruleId)
    if (!isForAll && share === undefined) return []
    const whom = isForAll ? ['is undetermined for everybody', share && `and was ${share}`] : [`was undetermined ${share}`]
    const message = `the rule *${rule.name.slice(0, 64)}* ${whom.filter(Boolean).join(' ')}, because ${reason(deps, rule)}; ${effect(rule, definition)}`
    return [{ ruleId: rule.ruleId, path: '$', message }]
  })
}

/** Only facts about addresses, and what is made of them, can be unavailable. A fact of data sets that are all current is not. */
function mayBeUndetermined({ ip }: WarnUndeterminedDeps, rule: RuleDefinition): boolean {
  const dataSets = ip.dataSets()
  if (dataSets.every(({ state }) => state === 'current')) return false
  return readNames(rule).some((name) => {
    if (!name.startsWith('ip.') && !name.startsWith('risk.')) return false
    const answering = dataSets.filter(({ facts }) => facts.some((fact) => name.endsWith(`.${fact}`)))
    return answering.length === 0 ? !alwaysKnown.has(name) : answering.some(({ state }) => state !== 'current')
  })
}

/** They follow from the address alone. */
const alwaysKnown: ReadonlySet<string> = new Set(['ip.address', 'ip.version', 'ip.isPrivate'])

/** The names of the signals that a rule reads. */
export function readNames(rule: RuleDefinition): string[] {
  const policy: PolicyDefinition = {
    action: '',
    version: 0,
    defaultOutcome: 'ALLOW',
    whenUnenrolled: 'ENROLL',
    verificationMethods: [],
    rules: [rule],
  }
  const { positions } = signalReadsOf([compilePolicy(policy, { lists: new Map(), enabledMethods: [], configVersion: 0 })])
  return positions.flatMap((position) => signalRegistry[position]?.name ?? [])
}

/** The rules that are undetermined for an ordinary event from each of the usual addresses. */
function undeterminedForUsual(deps: WarnUndeterminedDeps, tenant: Tenant, policy: Policy): ReadonlySet<string> {
  const at = deps.clock()
  const user = {
    createdAt: null,
    email: null,
    phoneNumber: null,
    username: null,
    custom: Object.create(null),
    enrolledMethods: [],
    devices: [],
    authenticators: [],
  }
  const each = usualAddresses.map((ipAddress) => {
    const key = { tenantId: tenant.tenantId, userId: 'nobody', action: policy.definition.action, idempotencyKey: 'nothing' }
    const attributes = { userAgent: usualUserAgent, deviceId: 'nothing' }
    const event = toTrackedEvent(deps, tenant, { key, at }, attributes, readClientAddress(ipAddress, []))
    const signals = deriveSignals(policy, { user, entities: {} }, event)
    return new Set(evaluatePolicy(policy, signals, { userId: key.userId, at }).undeterminedRuleIds)
  })
  const [first, ...others] = each
  return new Set([...(first ?? [])].filter((ruleId) => others.every((ids) => ids.has(ruleId))))
}

function shareOf(counted: UndeterminedCount | undefined, ruleId: string): string | undefined {
  const times = counted?.undetermined[ruleId] ?? 0
  if (counted === undefined || times === 0) return undefined
  const percent = Math.max(1, Math.round((100 * times) / counted.instances))
  return `for ${times} of the last ${counted.instances} events (${percent} %)`
}

/** The data sets that are not current, those first that answer what the rule reads. */
function reason({ ip }: WarnUndeterminedDeps, rule: RuleDefinition): string {
  const absent = ip.dataSets().filter(({ state }) => state !== 'current')
  const names = readNames(rule)
  const read = absent.filter(({ facts }) => facts.some((fact) => names.some((name) => name.endsWith(`.${fact}`))))
  const [first, ...others] = read.length > 0 ? read : absent
  if (first === undefined) return 'IP data were unavailable'
  const what =
    others.length === 0
      ? `the IP data set \`${first.name}\` is ${first.state}`
      : `IP data sets are not current: ${[first, ...others].map(({ name, state }) => `\`${name}\` is ${state}`).join(', ')}`
  return `${what} (\`sallyport doctor\` says what to do)`
}

function effect(rule: RuleDefinition, { defaultOutcome }: PolicyDefinition): string {
  const { rules } = compilePolicy(
    { action: '', version: 0, defaultOutcome, whenUnenrolled: 'ENROLL', verificationMethods: [], rules: [rule] },
    { lists: new Map(), enabledMethods: [], configVersion: 0 },
  )
  return rules[0]?.matchesWhenUndetermined ? `it counts as matched then, so the outcome is ${rule.outcome}` : 'it does not match then'
}
