import assert from 'node:assert/strict'
import { ZenEngine } from '@gorules/zen-engine'
import { compilePolicy, decide, deriveSignals, evaluatePolicy, isMissing, type Signals, signalRegistry } from '@sallyport/engine'
import jsonLogic from 'json-logic-js'
import { Engine, type TopLevelCondition } from 'json-rules-engine'
import { bankConditions, bankPolicy } from '../bank-rules.ts'
import { createBankMemory, trackedBankEvents } from '../bank-signals.ts'
import { inTurns, toRow } from '../in-turns.ts'
import type { BenchOptions, Measured } from '../row.ts'

const ruleCount = 20
const eventCount = 1_000
const rules = Array.from({ length: ruleCount }, (_, index) => bankConditions(index))

const policy = compilePolicy(bankPolicy('transfer', ruleCount), { lists: new Map(), enabledMethods: ['PASSKEY'], configVersion: 1 })

/** The input of the peers: signals by name, as nested objects, with `null` for missing values. */
type Facts = Record<string, unknown>

interface Case {
  signals: Signals
  facts: Facts
  userId: string
  at: number
}

/**
 * Measures which of all rules match the signals of one event. Every engine reads the signals in its own form, prepared before, and none stops
 * at the first match: each answer names all matching rules.
 */
export async function rulesBenchmark({ rounds }: BenchOptions): Promise<Measured> {
  const cases = createCases()
  const [rulesEngine, zen] = [createRulesEngine(), createZen()]
  const engines = {
    ours: ({ signals, userId, at }: Case) => evaluatePolicy(policy, signals, { userId, at }).ruleIds,
    jsonLogic: ({ facts }: Case) => rules.flatMap((rule, index) => (jsonLogic.apply(rule as never, facts) === true ? [String(index)] : [])),
    byHand: ({ facts }: Case) => matchByHand(facts as unknown as HandFacts),
  }
  for (const one of cases) {
    const expected = [...engines.ours(one)]
    assert.deepEqual(engines.jsonLogic(one), expected)
    assert.deepEqual(engines.byHand(one), expected)
    assert.deepEqual(await rulesEngine(one.facts), expected)
    assert.deepEqual(await zen(one.facts), expected)
  }
  const perSecond = (repeats: number, match: (one: Case) => unknown) => () => {
    const startedAt = performance.now()
    for (let repeat = 0; repeat < repeats; repeat++) for (const one of cases) match(one)
    return (repeats * cases.length * 1000) / (performance.now() - startedAt)
  }
  const perSecondAsync = (repeats: number, match: (facts: Facts) => Promise<unknown>) => async () => {
    const startedAt = performance.now()
    for (let repeat = 0; repeat < repeats; repeat++) for (const { facts } of cases) await match(facts)
    return (repeats * cases.length * 1000) / (performance.now() - startedAt)
  }
  const figures = await inTurns(Math.max(rounds, 5), {
    ours: perSecond(300, engines.ours),
    jsonLogic: perSecond(20, engines.jsonLogic),
    byHand: perSecond(300, engines.byHand),
    rulesEngine: perSecondAsync(1, rulesEngine),
    zen: perSecondAsync(2, zen),
  })
  const of = (name: keyof typeof figures) => figures[name] ?? []
  const row = (peer: string, name: string, atLeast?: number, note?: string) =>
    toRow({ name: `${ruleCount} rules against one event`, peer, unit: 'events/s', atLeast, note }, of('ours'), of(name))
  return {
    rows: [
      row('`json-logic-js`', 'jsonLogic', 5),
      row('`json-rules-engine`', 'rulesEngine', 50),
      row('written by hand in JavaScript', 'byHand', 0.5, 'the shortest code: no value may be missing, and one failing rule fails all'),
      row('`@gorules/zen-engine`', 'zen', undefined, 'for information'),
    ],
  }
}

export { rulesBenchmark as rules }

function createCases(): Case[] {
  const memory = createBankMemory()
  const next = trackedBankEvents(200, 11)
  const cases: Case[] = []
  for (let count = 0; count < eventCount * 3; count++) {
    const event = next()
    const snapshot = memory.snapshot(event)
    const signals = deriveSignals(policy, snapshot, event)
    memory.remember(event, decide(policy, snapshot, event).changes.entities)
    // The first events of a customer lack the signals that need a history, and peers do not know "missing".
    if (count >= eventCount * 2) cases.push({ signals, facts: toFacts(signals), userId: event.userId, at: event.at })
  }
  return cases
}

function toFacts(signals: Signals): Facts {
  const facts: Facts = { custom: { ...signals.custom } }
  for (const [position, { name }] of signalRegistry.entries()) {
    const value = signals.values[position]
    const path = name.split('.')
    const last = path.pop() ?? name
    let place = facts
    for (const step of path) {
      place[step] ??= {}
      place = place[step] as Facts
    }
    place[last] = value === undefined || isMissing(value) ? null : value
  }
  return facts
}

interface HandFacts {
  ip: {
    isAnonymous: boolean
    isHosting: boolean
    isUnrecognized: boolean
    isNewCountry: boolean
    location: { country: { countryCode: string } }
  }
  device: { isNew: boolean; isBot: boolean }
  velocity: { actions1h: number; actions24h: number; devices1h: number }
  user: { accountAgeDays: number }
  time: { hour: number }
  custom: { transactionValue: number; recipient: string }
}

/** The same rules, hand-written in JavaScript. */
function matchByHand({ ip, device, velocity, user, time, custom }: HandFacts): string[] {
  const matched: string[] = []
  const country = ip.location.country.countryCode
  const { transactionValue: amount, recipient } = custom
  if (ip.isAnonymous === true) matched.push('0')
  if (amount > 4801) matched.push('1')
  if (device.isNew === true && amount > 3002) matched.push('2')
  if (country === 'KP' || country === 'IR' || country === 'CU' || country === 'X3') matched.push('3')
  if (velocity.actions1h > 504 || velocity.devices1h > 24) matched.push('4')
  if (device.isBot === true && !(ip.isHosting === true)) matched.push('5')
  if (ip.isUnrecognized === true && amount > 4906) matched.push('6')
  if (ip.isNewCountry === true && user.accountAgeDays >= 7) matched.push('7')
  if (recipient === 'NZ99-8') matched.push('8')
  if (time.hour < 24 && velocity.actions24h > 909) matched.push('9')
  if (ip.isAnonymous === true) matched.push('10')
  if (amount > 4811) matched.push('11')
  if (device.isNew === true && amount > 3012) matched.push('12')
  if (country === 'KP' || country === 'IR' || country === 'CU' || country === 'X3') matched.push('13')
  if (velocity.actions1h > 514 || velocity.devices1h > 34) matched.push('14')
  if (device.isBot === true && !(ip.isHosting === true)) matched.push('15')
  if (ip.isUnrecognized === true && amount > 4916) matched.push('16')
  if (ip.isNewCountry === true && user.accountAgeDays >= 17) matched.push('17')
  if (recipient === 'NZ99-18') matched.push('18')
  if (time.hour < 24 && velocity.actions24h > 919) matched.push('19')
  return matched
}

type Condition = { [operator: string]: unknown }

function createRulesEngine(): (facts: Facts) => Promise<string[]> {
  const engine = new Engine([], { allowUndefinedFacts: true })
  for (const [index, conditions] of rules.entries()) {
    const condition = toRulesEngine(conditions)
    const top = ('all' in condition || 'any' in condition ? condition : { all: [condition] }) as unknown as TopLevelCondition
    engine.addRule({ name: String(index), conditions: top, event: { type: String(index) } })
  }
  return async (facts) => {
    const { events } = await engine.run(facts)
    return events.map(({ type }) => type).sort((a, b) => Number(a) - Number(b))
  }
}

const rulesEngineOperators: Readonly<Record<string, string>> = {
  '==': 'equal',
  '>': 'greaterThan',
  '>=': 'greaterThanInclusive',
  '<': 'lessThan',
  in: 'in',
}

function toRulesEngine(condition: Condition): Condition {
  const [operator = '', operands] = Object.entries(condition)[0] ?? []
  if (operator === 'and') return { all: (operands as Condition[]).map(toRulesEngine) }
  if (operator === 'or') return { any: (operands as Condition[]).map(toRulesEngine) }
  if (operator === '!') return { not: toRulesEngine(operands as Condition) }
  const [left, value] = operands as [{ var: string }, unknown]
  const [fact, ...path] = left.var.split('.')
  return { fact, path: `$.${path.join('.')}`, operator: rulesEngineOperators[operator], value }
}

function createZen(): (facts: Facts) => Promise<string[]> {
  const content = {
    nodes: [
      { id: 'in', type: 'inputNode', name: 'in', position: { x: 0, y: 0 } },
      { id: 'out', type: 'outputNode', name: 'out', position: { x: 0, y: 0 } },
      {
        id: 'table',
        type: 'decisionTableNode',
        name: 'table',
        position: { x: 0, y: 0 },
        content: {
          hitPolicy: 'collect',
          inputs: [{ id: 'when', name: 'when' }],
          outputs: [{ id: 'rule', name: 'rule', field: 'rule' }],
          rules: rules.map((conditions, index) => ({ _id: String(index), when: toZen(conditions), rule: `"${index}"` })),
        },
      },
    ],
    edges: [
      { id: '1', sourceId: 'in', targetId: 'table', type: 'edge' },
      { id: '2', sourceId: 'table', targetId: 'out', type: 'edge' },
    ],
  }
  const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(content)))
  return async (facts) => ((await decision.evaluate(facts)).result as { rule: string }[]).map(({ rule }) => rule)
}

function toZen(condition: Condition): string {
  const [operator = '', operands] = Object.entries(condition)[0] ?? []
  if (operator === 'and' || operator === 'or') return (operands as Condition[]).map((part) => `(${toZen(part)})`).join(` ${operator} `)
  if (operator === '!') return `not (${toZen(operands as Condition)})`
  const [left, value] = operands as [{ var: string }, unknown]
  return `${left.var} ${operator} ${JSON.stringify(value)}`
}
