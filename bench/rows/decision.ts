/**
 * Measures the cost of one decision as rules and velocity features grow: 20 rules and 7 features against 500 and 30. Each decision reads and
 * writes the entities of its user, device, address and recipient, in memory.
 */
import {
  compilePolicy,
  decide,
  type Entity,
  type EntityRef,
  entitiesOf,
  type FeatureDefinition,
  type JsonValue,
  parseUserAgent,
  type RuleDefinition,
  type TrackedEvent,
} from '@sallyport/engine'
import { homeAddress } from '../../packages/server/test/support/address-facts.ts'
import { customer } from '../bank-signals.ts'
import { inTurns, median, toRow } from '../in-turns.ts'
import type { BenchOptions, Measured } from '../row.ts'

const users = 500

function ruleOf(i: number): RuleDefinition {
  const conditions: JsonValue[] = [
    { and: [{ '>': [{ var: 'custom.amount' }, 5_000 + i] }, { '==': [{ var: 'device.isNew' }, true] }] },
    { or: [{ '==': [{ var: 'ip.isAnonymous' }, true] }, { '>': [{ var: `velocity.f${i % 7}` }, 1_000_000 + i] }] },
    { in: [{ var: 'ip.countryCode' }, ['KP', 'IR', `X${i}`]] },
    { and: [{ '==': [{ var: 'ip.impossibleTravel' }, true] }, { '<': [{ var: 'user.accountAgeDays' }, i % 30] }] },
  ]
  return {
    ruleId: `r${i}`,
    name: `Rule ${i}`,
    priority: i,
    outcome: 'CHALLENGE',
    mode: 'active',
    conditions: conditions[i % 4] as JsonValue,
  }
}

function featureOf(i: number): FeatureDefinition {
  const kinds: Omit<FeatureDefinition, 'name' | 'windowMinutes'>[] = [
    { metric: 'count', per: 'user' },
    { metric: 'sum', of: 'custom.amount', per: 'user' },
    { metric: 'distinct', of: 'custom.recipient', per: 'user' },
    { metric: 'count', per: 'custom.recipient' },
    { metric: 'distinct', of: 'user.id', per: 'device' },
    { metric: 'count', per: 'address', states: ['BLOCK', 'CHALLENGE_FAILED'] },
    { metric: 'count', per: 'network' },
  ]
  const windows = [10, 60, 1_440, 10_080, 43_200]
  return { ...(kinds[i % 7] as (typeof kinds)[number]), name: `f${i}`, windowMinutes: windows[i % 5] as number }
}

const agent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const userAgent = parseUserAgent(agent)

function eventOf(n: number): TrackedEvent {
  const user = (n * 7919) % users
  const address = `198.51.${user >> 8}.${user & 255}`
  const custom = Object.assign(Object.create(null), { amount: (n * 31) % 400, recipient: `r${(n * 13) % 40}` })
  return {
    tenantId: 't',
    userId: `user-${user}`,
    action: 'transfer',
    idempotencyKey: String(n),
    at: 1_780_000_000_000 + n * 700,
    ip: { ...homeAddress, address, network: `198.51.${user >> 8}.0/24` },
    userAgent,
    deviceId: `device-${user}`,
    custom,
    tracked: { ipAddress: address, userAgent: agent, deviceId: `device-${user}`, custom },
    dataVersion: 'bench',
  }
}

/** Runs decisions with the given numbers of rules and velocity features on entities in memory. Returns microseconds per decision. */
export function createRun(rules: number, features: number): (from: number, count: number) => number {
  const declared = Array.from({ length: features }, (_, i) => featureOf(i))
  const policy = compilePolicy(
    {
      action: 'transfer',
      version: 1,
      defaultOutcome: 'ALLOW',
      whenUnenrolled: 'ENROLL',
      verificationMethods: [],
      rules: Array.from({ length: rules }, (_, i) => ruleOf(i)),
    },
    { lists: new Map(), enabledMethods: ['PASSKEY'], configVersion: 1, features: declared },
  )
  const entities = new Map<string, Entity>()
  return (from, count) => {
    const events = Array.from({ length: count }, (_, i) => eventOf(from + i))
    const began = process.cpuUsage().user
    for (const event of events) {
      const refs = entitiesOf(event, declared)
      const found: Record<string, Entity> = {}
      for (const ref of refs) {
        const entity = entities.get(nameOf(ref))
        if (entity !== undefined) found[ref.kind] = entity
      }
      const { changes } = decide(policy, { user: customer, entities: found }, event)
      for (const ref of refs) {
        const entity = changes.entities[ref.kind]
        if (entity !== undefined) entities.set(nameOf(ref), entity)
      }
    }
    return (process.cpuUsage().user - began) / count
  }
}

function nameOf({ kind, key }: EntityRef): string {
  return `${kind} ${key}`
}

/** The number of decisions in one turn of a contender. */
const turn = 5_000

/** The claim: 500 rules and 30 velocity features cost less than twice as much as 20 and 7. */
export async function decision({ rounds }: BenchOptions): Promise<Measured> {
  const contenders = Object.entries({ bare: [0, 0], small: [20, 7], rules: [500, 7], features: [20, 30], large: [500, 30] } as const).map(
    ([name, [rules, features]]) => {
      const run = createRun(rules, features)
      let next = 0
      const take = () => {
        next += turn
        return run(next - turn, turn)
      }
      return [name, take] as const
    },
  )
  const figures = await inTurns(Math.max(rounds, 8), Object.fromEntries(contenders))
  const of = (name: string) => figures[name] ?? []
  return {
    rows: [
      toRow(
        { name: 'a decision with 500 rules and 30 velocity features', peer: 'with 20 and 7', unit: 'µs', atMost: 2 },
        of('large'),
        of('small'),
      ),
    ],
    sections: [
      {
        title: 'What rules and velocity features cost a decision',
        table: {
          head: ['rules', 'features', 'µs'],
          rows: [
            ['0', '0', median(of('bare')).toFixed(1)],
            ['20', '7', median(of('small')).toFixed(1)],
            ['500', '7', median(of('rules')).toFixed(1)],
            ['20', '30', median(of('features')).toFixed(1)],
            ['500', '30', median(of('large')).toFixed(1)],
          ],
        },
      },
    ],
  }
}
