import type { DatabaseSync } from 'node:sqlite'
import { bucketOf, bucketSpans, rollUpDelta } from '../../search/roll-up-delta.ts'
import type { LogReader } from './log-reader.ts'
import { type StoredEntry, toCountedEntry } from './stored-entry.ts'

/** Counts of one batch: added up in memory, and written once. */
export interface FoldCounts {
  change(before: StoredEntry | undefined, after: StoredEntry | undefined): void
  write(): void
}

type Key = (string | number)[]

const buckets = Object.keys(bucketSpans) as (keyof typeof bucketSpans)[]

export function createFoldCounts(database: DatabaseSync, numbers: LogReader): FoldCounts {
  const hours = createTable(database, 'hours', ['tenant_no', 'at'])
  const rollUps = createTable(database, 'roll_ups', [
    ...['bucket', 'tenant_no', 'at', 'action', 'outcome', 'state', 'rule_id', 'country', 'label'],
  ])
  const ruleRollUps = createTable(database, 'rule_roll_ups', [
    ...['bucket', 'tenant_no', 'at', 'action', 'rule_id', 'part', 'state', 'label'],
  ])

  return {
    change(before, after) {
      const tenantNo = (before ?? after)?.tenantNo ?? 0
      if (before !== undefined) hours.add([tenantNo, bucketOf(before.at, 'hour')], -1)
      if (after !== undefined) hours.add([tenantNo, bucketOf(after.at, 'hour')], 1)
      const counted = [before, after].map((entry) => entry && toCountedEntry(entry, numbers))
      for (const bucket of buckets) {
        const delta = rollUpDelta(counted[0], counted[1], bucket)
        for (const { at, action, outcome, state, ruleId, country, label, change } of delta.rollUps) {
          rollUps.add([bucket, tenantNo, at, action, outcome, state, ruleId ?? '', country ?? '', label ?? ''], change)
        }
        for (const { at, action, ruleId, part, state, label, change } of delta.ruleRollUps) {
          ruleRollUps.add([bucket, tenantNo, at, action, ruleId, part, state, label ?? ''], change)
        }
      }
    },
    write() {
      for (const table of [hours, rollUps, ruleRollUps]) table.write()
    },
  }
}

function createTable(database: DatabaseSync, name: string, columns: readonly string[]) {
  const add = database.prepare(
    `INSERT INTO ${name} (${columns.join(', ')}, events) VALUES (${columns.map(() => '?').join(', ')}, ?)
     ON CONFLICT (${columns.join(', ')}) DO UPDATE SET events = events + excluded.events`,
  )
  const removeEmpty = database.prepare(`DELETE FROM ${name} WHERE ${columns.map((column) => `${column} = ?`).join(' AND ')} AND events = 0`)
  const changes = new Map<string, { key: Key; change: number; hasLost: boolean }>()
  return {
    add(key: Key, change: 1 | -1): void {
      const text = key.join('\n')
      const known = changes.get(text)
      if (known === undefined) changes.set(text, { key, change, hasLost: change < 0 })
      else {
        known.change += change
        known.hasLost ||= change < 0
      }
    },
    write(): void {
      for (const { key, change, hasLost } of changes.values()) {
        if (change !== 0) add.run(...key, change)
        if (hasLost) removeEmpty.run(...key)
      }
      changes.clear()
    },
  }
}
