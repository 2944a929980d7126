import {
  compilePolicy,
  decide,
  deriveSignals,
  evaluatePolicy,
  type PolicyDefinition,
  type Snapshot,
  type TrackedEvent,
} from '@sallyport/engine'
import { bankPolicy } from '../bank-rules.ts'
import { createBankMemory, trackedBankEvents } from '../bank-signals.ts'
import { inTurns, median } from '../in-turns.ts'
import type { BenchOptions, Section } from '../row.ts'
import { costTable } from './cost-table.ts'

const eventCount = 4_000

/** The cost of a decision as a value list grows that one of its 20 rules uses. The engine alone. Every second recipient is on the list. */
export async function costOfListEntries({ rounds }: BenchOptions): Promise<Section> {
  const sizes = [10, 100, 1_000, 10_000, 100_000, 1_000_000]
  const contenders: Record<string, () => number> = {}
  for (const size of sizes) {
    const entries = Array.from({ length: size }, (_, index) => `NZ98-7654-${index}`)
    const run = createRun(entries)
    contenders[`decide ${size}`] = run.decide
    contenders[`look ${size}`] = run.lookUp
  }
  const figures = await inTurns(rounds, contenders)
  return costTable({
    title: 'Cost of a decision by size of a value list',
    what: 'list entries',
    measured:
      'The engine alone, 20 rules, one of which tests whether the recipient is on the list; the last column is a policy with this rule alone.',
    file: 'cost-lists',
    points: sizes.map((size) => [size, median(figures[`decide ${size}`] ?? [])]),
    also: { 'ns of the rule alone': sizes.map((size) => (1_000 * median(figures[`look ${size}`] ?? [])).toFixed(0)) },
  })
}

/** Measures a decision, and the look-up alone in a policy with only that rule. Both in microseconds. */
function createRun(entries: readonly string[]): { decide: () => number; lookUp: () => number } {
  const context = { lists: new Map([['recipients', new Set(entries)]]), enabledMethods: ['PASSKEY'], configVersion: 1 }
  const bank = bankPolicy('transfer', 19)
  const asks: PolicyDefinition['rules'][number] = {
    ruleId: 'list',
    name: 'known recipient',
    priority: 100,
    outcome: 'CHALLENGE',
    mode: 'active',
    conditions: { in: [{ var: 'custom.recipient' }, { var: 'lists.recipients' }] },
  }
  const policy = compilePolicy({ ...bank, rules: [...bank.rules, asks] }, context)
  const alone = compilePolicy({ ...bank, rules: [asks] }, context)
  const memory = createBankMemory()
  const next = trackedBankEvents(500, 11)
  const cases = Array.from({ length: eventCount }, (_, index) => {
    const event = withRecipient(next(), index % 2 === 0 ? (entries[(index * 7_919) % entries.length] ?? '') : `NZ00-${index}`)
    const snapshot: Snapshot = memory.snapshot(event)
    memory.remember(event, decide(policy, snapshot, event).changes.entities)
    return { event, snapshot, signals: deriveSignals(alone, snapshot, event) }
  })
  const matched = cases.filter(({ event, signals }) => evaluatePolicy(alone, signals, event).ruleIds.length > 0).length
  if (matched !== eventCount / 2) throw new Error(`${matched} recipients were found on the list instead of ${eventCount / 2}`)
  return {
    decide: perCase(cases, 1, ({ event, snapshot }) => decide(policy, snapshot, event)),
    lookUp: perCase(cases, 20, ({ event, signals }) => evaluatePolicy(alone, signals, event)),
  }
}

function withRecipient(event: TrackedEvent, recipient: string): TrackedEvent {
  // Like parsed input: a string of its own, not the one in the list.
  const custom = Object.assign(Object.create(null), event.custom, { recipient: Buffer.from(recipient).toString() })
  return { ...event, custom, tracked: { ...event.tracked, custom } }
}

function perCase<Case>(cases: readonly Case[], repeats: number, work: (one: Case) => unknown): () => number {
  return () => {
    const before = process.cpuUsage()
    for (let repeat = 0; repeat < repeats; repeat++) for (const one of cases) work(one)
    return process.cpuUsage(before).user / (repeats * cases.length)
  }
}
