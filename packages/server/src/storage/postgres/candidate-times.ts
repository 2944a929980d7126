import type { PreparedFilter } from '../search/matches-filter.ts'
import { bucketSpans } from '../search/roll-up-delta.ts'
import { textArray } from './array-parameter.ts'
import type { Run } from './connections.ts'
import { createParameters } from './entry-conditions.ts'
import type { Range } from './scan-entries.ts'

/** A part of a tenant's time: milliseconds UTC, inclusive and exclusive. */
export interface Span {
  from: number
  to: number
}

/** Days whose counts are read at once: first, and at most. */
const [FIRST_DAYS, MOST_DAYS] = [4, 64]

/** What of a filter the counts know. */
type CountedFilter = Pick<PreparedFilter, 'actions' | 'states' | 'label' | 'ruleId'>

/**
 * The parts of a range in which there are instances that these parts of a filter hold for, in the order of the range: by the counts of days, and then of the
 * hours of those days. So what is rare is found without an index of its own, and a search passes over empty years at once.
 */
export async function* candidateTimes(
  run: Run,
  nameOf: (text: string) => string,
  { tenantId, order, from, to }: Range,
  filter: CountedFilter,
): AsyncGenerator<Span> {
  const isNewest = order === 'newest'
  const count = (bucket: 'hour' | 'day', span: Span) => countedBuckets(run, nameOf, tenantId, filter, bucket, span)
  const ends = await countedEnds(run, tenantId)
  if (ends === undefined) return
  const whole = clip({ from, to }, ends)
  let step = FIRST_DAYS * bucketSpans.day
  let open: Span | undefined
  for (let rest = whole; rest.from < rest.to; ) {
    const cut = isNewest ? Math.max(rest.from, rest.to - step) : Math.min(rest.to, rest.from + step)
    const part = isNewest ? { from: cut, to: rest.to } : { from: rest.from, to: cut }
    const days = await count('day', part)
    for (const day of isNewest ? days.reverse() : days) {
      const hours = await count('hour', clip(part, { from: day, to: day + bucketSpans.day }))
      for (const hour of isNewest ? hours.reverse() : hours) {
        const next = clip(part, { from: hour, to: hour + bucketSpans.hour })
        // Hours that follow each other are one part.
        if (open !== undefined && isNewest && next.to === open.from) open = { from: next.from, to: open.to }
        else if (open !== undefined && !isNewest && open.to === next.from) open = { from: open.from, to: next.to }
        else {
          if (open !== undefined) yield open
          open = next
        }
      }
      // Not more than a day is held back for it.
      if (open !== undefined) yield open
      open = undefined
    }
    step = Math.min(2 * step, MOST_DAYS * bucketSpans.day)
    rest = isNewest ? { from: rest.from, to: cut } : { from: cut, to: rest.to }
  }
}

function clip(a: Span, b: Span): Span {
  return { from: Math.max(a.from, b.from), to: Math.min(a.to, b.to) }
}

/** The days in which the tenant has instances, from the first to the last. */
export async function countedEnds(run: Run, tenantId: string): Promise<Span | undefined> {
  const text = "SELECT min(at) AS first, max(at) AS last FROM event_roll_ups WHERE tenant_id = $1 AND bucket = 'day'"
  const { rows } = await run<{ first: number | null; last: number | null }>({ name: 'select_counted_ends', text, isRead: true }, [tenantId])
  const { first, last } = rows[0] ?? { first: null, last: null }
  return first === null || last === null ? undefined : { from: first, to: last + bucketSpans.day }
}

/** How many instances these parts of a filter hold for, in the days that overlap a range. */
export async function countCandidates(
  run: Run,
  nameOf: (text: string) => string,
  { tenantId, from, to }: Range,
  filter: CountedFilter,
): Promise<number> {
  const { table, conditions, values } = countedWhere(tenantId, filter, 'day', { from, to })
  const text = `SELECT sum(events) AS events FROM ${table} WHERE ${conditions}`
  const { rows } = await run<{ events: number | null }>({ name: nameOf(text), text, isRead: true }, values)
  return rows[0]?.events ?? 0
}

/** The beginnings of the buckets that overlap a span and have such instances, in order. */
async function countedBuckets(
  run: Run,
  nameOf: (text: string) => string,
  tenantId: string,
  filter: CountedFilter,
  bucket: 'hour' | 'day',
  span: Span,
): Promise<number[]> {
  const { table, conditions, values } = countedWhere(tenantId, filter, bucket, span)
  const text = `SELECT DISTINCT at FROM ${table} WHERE ${conditions}`
  const { rows } = await run<{ at: number }>({ name: nameOf(text), text, isRead: true }, values)
  return rows.map(({ at }) => at).sort((a, b) => a - b)
}

function countedWhere(
  tenantId: string,
  { actions, states, label, ruleId }: CountedFilter,
  bucket: 'hour' | 'day',
  { from, to }: Span,
): { table: string; conditions: string; values: unknown[] } {
  const { values, add } = createParameters()
  const after = Math.max(Number.MIN_SAFE_INTEGER, from - bucketSpans[bucket])
  const conditions = [`tenant_id = ${add(tenantId)} AND bucket = ${add(bucket)} AND at > ${add(after)} AND at < ${add(to)} AND events > 0`]
  if (actions !== undefined) conditions.push(`action = ANY (${add(textArray(actions))}::text[])`)
  if (states !== undefined) conditions.push(`state = ANY (${add(textArray(states))}::text[])`)
  if (label !== undefined) conditions.push(`label = ${add(label === 'none' ? '' : label)}`)
  if (ruleId !== undefined) conditions.push(`part = 'matched' AND rule_id = ${add(ruleId)}`)
  return { table: ruleId === undefined ? 'event_roll_ups' : 'event_rule_roll_ups', conditions: conditions.join(' AND '), values }
}
