import type { DatabaseSync } from 'node:sqlite'
import { bucketOf, bucketSpans } from '../../search/roll-up-delta.ts'
import type { RollUpPart, RollUpQuery, RuleRollUpPart } from '../../searching-store.ts'
import type { LogReader } from './log-reader.ts'

/** One row of an answer: the parts it was asked for, `at` and `events`. */
export type RollUpRow = Record<string, string | number | null>

const rollUpColumns: Readonly<Record<RollUpPart, string>> = {
  action: 'action',
  outcome: 'outcome',
  state: 'state',
  ruleId: "nullif(rule_id, '')",
  country: "nullif(country, '')",
  label: "nullif(label, '')",
}

const ruleRollUpColumns: Readonly<Record<RuleRollUpPart, string>> = {
  action: 'action',
  ruleId: 'rule_id',
  part: 'part',
  state: 'state',
  label: "nullif(label, '')",
}

export function createRollUpReader(database: DatabaseSync, log: LogReader) {
  const read =
    (table: 'roll_ups' | 'rule_roll_ups', columns: Readonly<Record<string, string>>) =>
    (tenantId: string, { from, to, bucket, actions, by }: RollUpQuery<string>): RollUpRow[] => {
      const tenantNo = log.findNumber(tenantId)
      if (tenantNo === undefined) return []
      const parts = [...new Set(by ?? Object.keys(columns))].map((part) => [part, columns[part]] as const)
      if (parts.some(([, column]) => column === undefined)) throw new Error('roll-ups have no such part')
      const chosen = parts.map(([part, column]) => `${column} AS "${part}"`)
      const ofActions = actions === undefined ? '' : `AND action IN (${actions.map(() => '?').join(', ')})`
      const statement = database.prepare(
        `SELECT ${['at', ...chosen, 'sum(events) AS events'].join(', ')} FROM ${table}
         WHERE bucket = ? AND tenant_no = ? AND at >= ? AND at < ? ${ofActions}
         GROUP BY ${['at', ...parts.map(([, column]) => column)].join(', ')} ORDER BY at`,
      )
      const last = bucketOf(to - 1, bucket) + bucketSpans[bucket]
      return statement.all(bucket, tenantNo, bucketOf(from, bucket), last, ...(actions ?? [])) as unknown as RollUpRow[]
    }
  return { rollUps: read('roll_ups', rollUpColumns), ruleRollUps: read('rule_roll_ups', ruleRollUpColumns) }
}
