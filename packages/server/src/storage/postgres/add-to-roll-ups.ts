import type { RollUpDelta } from '../search/roll-up-delta.ts'
import { integerArray, textArray } from './array-parameter.ts'
import type { Run, Statement } from './connections.ts'

export interface RollUpChange extends RollUpDelta {
  tenantId: string
  bucket: 'hour' | 'day'
}

/** A table of counts with the columns that tell its rows apart. */
interface Table {
  add: Statement
  sweep: Statement
  parts: readonly string[]
}

function table(name: string, parts: readonly string[]): Table {
  const key = ['tenant_id', 'bucket', 'at', ...parts]
  const placeholders = key.map((column, index) => `$${index + 1}::${column === 'at' ? 'int8' : 'text'}[]`)
  return {
    parts,
    // In one order, whoever adds.
    add: {
      name: `add_to_${name}`,
      text: `INSERT INTO ${name} AS t (${key.join(', ')}, events)
        SELECT * FROM unnest(${placeholders.join(', ')}, $${key.length + 1}::int8[]) AS w (${key.join(', ')}, events) ORDER BY ${key.join(', ')}
        ON CONFLICT (${key.join(', ')}) DO UPDATE SET events = t.events + excluded.events`,
    },
    sweep: {
      name: `sweep_${name}`,
      text: `DELETE FROM ${name} AS t USING unnest(${placeholders.join(', ')}) AS w (${key.join(', ')})
        WHERE ${key.map((column) => `t.${column} = w.${column}`).join(' AND ')} AND t.events = 0`,
    },
  }
}

const rollUps = table('event_roll_ups', ['action', 'outcome', 'state', 'rule_id', 'country', 'label'])
const ruleRollUps = table('event_rule_roll_ups', ['action', 'rule_id', 'part', 'state', 'label'])

/** A row of counts: its key, and what is added to it. */
interface Row {
  tenantId: string
  bucket: string
  at: number
  parts: readonly string[]
  change: number
}

/** Adds changes to the counts. Rows that come to nothing go. */
export async function addToRollUps(run: Run, changes: readonly RollUpChange[]): Promise<void> {
  const [all, ofRules]: [Row[], Row[]] = [[], []]
  for (const { tenantId, bucket, rollUps: own, ruleRollUps: rules } of changes) {
    for (const { at, action, outcome, state, ruleId, country, label, change } of own)
      all.push({ tenantId, bucket, at, parts: [action, outcome, state, ruleId ?? '', country ?? '', label ?? ''], change })
    for (const { at, action, ruleId, part, state, label, change } of rules)
      ofRules.push({ tenantId, bucket, at, parts: [action, ruleId, part, state, label ?? ''], change })
  }
  await addRows(run, rollUps, all)
  await addRows(run, ruleRollUps, ofRules)
}

async function addRows(run: Run, { add, sweep }: Table, given: readonly Row[]): Promise<void> {
  const sums = new Map<string, Row>()
  for (const row of given) {
    const name = JSON.stringify([row.tenantId, row.bucket, row.at, row.parts])
    const sum = sums.get(name)
    if (sum === undefined) sums.set(name, { ...row })
    else sum.change += row.change
  }
  const rows = [...sums.values()].filter(({ change }) => change !== 0)
  if (rows.length === 0) return
  await run(add, [...keysOf(rows), integerArray(rows.map(({ change }) => change))])
  const lowered = rows.filter(({ change }) => change < 0)
  if (lowered.length > 0) await run(sweep, keysOf(lowered))
}

function keysOf(rows: readonly Row[]): Buffer[] {
  return [
    textArray(rows.map(({ tenantId }) => tenantId)),
    textArray(rows.map(({ bucket }) => bucket)),
    integerArray(rows.map(({ at }) => at)),
    ...(rows[0]?.parts ?? []).map((_, index) => textArray(rows.map(({ parts }) => parts[index] ?? ''))),
  ]
}
