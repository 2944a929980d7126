import type { LabelValue, Outcome, State } from '@sallyport/engine'
import { bucketOf, bucketSpans } from '../search/roll-up-delta.ts'
import type { RollUp, RollUpPart, RollUpQuery, RuleRollUp, RuleRollUpPart } from '../searching-store.ts'
import { textArray } from './array-parameter.ts'
import type { SearchDeps } from './search-events.ts'

/** The column of each part. */
const columns: Readonly<Record<RollUpPart | RuleRollUpPart, string>> = {
  action: 'action',
  outcome: 'outcome',
  state: 'state',
  ruleId: 'rule_id',
  country: 'country',
  label: 'label',
  part: 'part',
}
const ofAll: readonly RollUpPart[] = ['action', 'outcome', 'state', 'ruleId', 'country', 'label']
const ofRules: readonly RuleRollUpPart[] = ['action', 'ruleId', 'part', 'state', 'label']
/** Empty where it is not known. */
const mayBeNull: ReadonlySet<string> = new Set<RollUpPart>(['ruleId', 'country', 'label'])

/** States alone have counts of their own, a hundredth of the rows. */
export function readRollUps<Part extends RollUpPart>(deps: Deps, tenantId: string, query: RollUpQuery<Part>) {
  const needsState = query.actions === undefined && query.by?.every((part) => part === 'state') === true
  const table = needsState ? 'event_state_roll_ups' : 'event_roll_ups'
  return readCounts<Pick<RollUp, Part | 'at' | 'events'>>(deps, table, tenantId, query, ofAll)
}

export function readRuleRollUps<Part extends RuleRollUpPart>(deps: Deps, tenantId: string, query: RollUpQuery<Part>) {
  return readCounts<Pick<RuleRollUp, Part | 'at' | 'events'>>(deps, 'event_rule_roll_ups', tenantId, query, ofRules)
}

type Deps = Pick<SearchDeps, 'connections' | 'nameOf'>

async function readCounts<Row>(
  { connections: { run }, nameOf }: Deps,
  table: string,
  tenantId: string,
  { from, to, bucket, actions, by }: RollUpQuery<string>,
  all: readonly (RollUpPart | RuleRollUpPart)[],
): Promise<Row[]> {
  if (by?.some((part) => !all.some((known) => known === part))) throw new Error('roll-ups have no such part')
  const parts = all.filter((part) => by === undefined || by.includes(part))
  const grouped = ['at', ...parts.map((part) => columns[part])].join(', ')
  const text = `SELECT ${grouped}, sum(events) AS events FROM ${table}
    WHERE tenant_id = $1 AND bucket = $2 AND at >= $3 AND at < $4 ${actions === undefined ? '' : 'AND action = ANY ($5::text[])'}
    GROUP BY ${grouped} HAVING sum(events) > 0 ORDER BY ${grouped}`
  const values: unknown[] = [tenantId, bucket, bucketOf(from, bucket), bucketOf(to - 1, bucket) + bucketSpans[bucket]]
  if (actions !== undefined) values.push(textArray(actions))
  const { rows } = await run<(string | number)[]>({ name: nameOf(text), text, rowMode: 'array', isRead: true }, values)
  return rows.map((row) => {
    const counted: Record<string, unknown> = { at: row[0] }
    for (const [index, part] of parts.entries()) {
      const value = row[index + 1] as string | Outcome | State | LabelValue
      counted[part] = value === '' && mayBeNull.has(part) ? null : value
    }
    counted.events = row.at(-1)
    return counted as Row
  })
}
