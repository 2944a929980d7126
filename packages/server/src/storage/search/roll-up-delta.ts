import type { RollUp, RuleRollUp } from '../searching-store.ts'
import type { IndexEntry } from './index-entry.ts'

const HOUR = 60 * 60 * 1000

/** Milliseconds of each bucket. */
export const bucketSpans = { hour: HOUR, day: 24 * HOUR } as const

/** The members of an entry that it is counted by. */
export type CountedEntry = Pick<
  IndexEntry,
  'action' | 'at' | 'outcome' | 'state' | 'ruleIds' | 'undeterminedRuleIds' | 'shadowRuleIds' | 'country' | 'label'
>

export type RollUpKey = Omit<RollUp, 'events'>
export type RuleRollUpKey = Omit<RuleRollUp, 'events'>

/** The beginning of the bucket that a time is in. */
export function bucketOf(at: number, bucket: keyof typeof bucketSpans): number {
  const span = bucketSpans[bucket]
  return Math.floor(at / span) * span
}

/** What an instance is counted under, once. */
export function rollUpKeyOf(
  { action, at, outcome, state, ruleIds, country, label }: CountedEntry,
  bucket: keyof typeof bucketSpans,
): RollUpKey {
  return { at: bucketOf(at, bucket), action, outcome, state, ruleId: ruleIds[0] ?? null, country, label }
}

/** What it is counted under as part of rules, once for each rule and part. */
export function ruleRollUpKeysOf(entry: CountedEntry, bucket: keyof typeof bucketSpans): RuleRollUpKey[] {
  const { action, state, label } = entry
  const at = bucketOf(entry.at, bucket)
  const keys = (part: RuleRollUpKey['part'], ruleIds: readonly string[]) =>
    [...new Set(ruleIds)].map((ruleId): RuleRollUpKey => ({ at, action, ruleId, part, state, label }))
  return [...keys('matched', entry.ruleIds), ...keys('shadow', entry.shadowRuleIds), ...keys('undetermined', entry.undeterminedRuleIds)]
}

/** How counts change when an instance that was counted as `before` becomes `after`. Absent: it was not there, or it goes. */
export interface RollUpDelta {
  rollUps: readonly (RollUpKey & { change: 1 | -1 })[]
  ruleRollUps: readonly (RuleRollUpKey & { change: 1 | -1 })[]
}

export function rollUpDelta(
  before: CountedEntry | undefined,
  after: CountedEntry | undefined,
  bucket: keyof typeof bucketSpans,
): RollUpDelta {
  const rollUps: (RollUpKey & { change: 1 | -1 })[] = []
  const ruleRollUps: (RuleRollUpKey & { change: 1 | -1 })[] = []
  for (const [entry, change] of [
    [before, -1],
    [after, 1],
  ] as const) {
    if (entry === undefined) continue
    rollUps.push({ ...rollUpKeyOf(entry, bucket), change })
    for (const key of ruleRollUpKeysOf(entry, bucket)) ruleRollUps.push({ ...key, change })
  }
  return { rollUps, ruleRollUps }
}
