import { z } from 'zod'
import type { ConfiguredAction, Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { toIso } from '../http/iso-time.ts'
import { momentAt, queryMoment } from '../http/query-moment.ts'
import type { RollUp, RuleRollUp, SearchingStore } from '../storage/searching-store.ts'
import { createOverlapCounter, findCoveredRules, type RuleOverlap } from './count-overlaps.ts'
import { mostRecentEvents, readRecentEvents } from './read-recent-events.ts'

const dayMs = 86_400_000
const mostDays = 100
const usualDays = 30

export const ruleStatisticsQuery = z.strictObject({
  from: queryMoment.optional().meta({ description: `ISO 8601, or an age such as \`-7d\`. Absent: ${usualDays} days before \`to\`.` }),
  to: queryMoment.optional().meta({ description: 'Absent: now.' }),
})

const count = z.int()
const counted = z.object({
  count,
  filter: z.record(z.string(), z.string()).meta({ description: 'The parameters of `GET events` that find what was counted.' }),
})

export const ruleStatistics = z
  .object({
    from: z.string().meta({ description: 'The bounds, taken to whole days in UTC.' }),
    to: z.string(),
    events: counted,
    days: z.array(z.string()).meta({ description: 'The beginning of each day, for `hitsByDay`.' }),
    sample: z
      .object({ of: count, from: z.string().optional(), to: z.string().optional() })
      .meta({ description: `What \`overlap\` is from: the latest events of the range, at most ${mostRecentEvents}.` }),
    rules: z.array(
      z.object({
        ruleId: z.string(),
        name: z.string().optional().meta({ description: 'Absent: the rule is no longer in the policy.' }),
        mode: z.enum(['active', 'shadow', 'off']).optional(),
        matched: counted.meta({ description: 'It matched, whether it decided or not.' }),
        decided: count.meta({ description: 'It gave the outcome.' }),
        shadow: count.meta({ description: 'It would have matched.' }),
        undetermined: count,
        good: counted.meta({ description: 'Of those that matched: labelled good.' }),
        fraud: counted.meta({ description: 'Of those that matched: labelled fraud.' }),
        shadowGood: count.meta({ description: 'Of those that it would have matched: labelled good.' }),
        shadowFraud: count,
        lastFiredAt: z.string().optional().meta({ description: 'When it last matched, or would have. Absent: not in the range.' }),
        isLastFiredByDay: z.boolean().optional().meta({ description: 'Only the day is known.' }),
        hitsByDay: z.array(count).meta({ description: 'How often it matched, or would have, on each of `days`.' }),
        overlap: z
          .object({
            hits: count.meta({ description: 'Events of the sample in which it matched, or would have.' }),
            alone: count.meta({ description: 'Of these, those in which no other active rule matched.' }),
            with: z
              .array(z.object({ ruleId: z.string(), events: count }))
              .meta({ description: 'Of these, those in which another rule matched, or would have; the 20 largest numbers.' }),
          })
          .meta({ description: 'In the events of `sample`.' }),
        coveredBy: z.string().optional().meta({
          description:
            'An active rule before it that matched in every event of the sample in which it did, so that it decided nothing. Only from 20 events on.',
        }),
      }),
    ),
  })
  .meta({ id: 'RuleStatistics' })

export type RuleStatistics = z.infer<typeof ruleStatistics>

export interface RuleStatisticsDeps {
  store: Pick<SearchingStore, 'searchEvents' | 'rollUps' | 'ruleRollUps'>
  clock: () => number
}

/** How each rule of an action did in a range of time, those in force first and in their order. Refuses a range that is empty or too long. */
export async function ruleStatisticsOf(
  { store, clock }: RuleStatisticsDeps,
  { tenantId }: Tenant,
  { actionCode: action, definition }: ConfiguredAction,
  query: z.infer<typeof ruleStatisticsQuery>,
): Promise<RuleStatistics> {
  const range = wholeDays(query, clock())
  const days = { ...range, bucket: 'day', actions: [action] } as const
  const overlaps = createOverlapCounter(mostRecentEvents)
  const [parts, decided, sample] = await Promise.all([
    store.ruleRollUps(tenantId, { ...days, by: ['ruleId', 'part', 'label'] }),
    store.rollUps(tenantId, { ...days, by: ['ruleId'] }),
    readRecentEvents(store, tenantId, action, (events) => overlaps.add(events), range),
  ])
  const found = overlaps.result()
  const covered = findCoveredRules(definition, found)
  const inForce = definition.rules.toSorted((a, b) => a.priority - b.priority)
  const gone = [...new Set([...parts.map(({ ruleId }) => ruleId), ...found.keys()])].filter(
    (id) => !inForce.some(({ ruleId }) => ruleId === id),
  )
  const bounds = { from: toIso(range.from), to: toIso(range.to) }
  const filter = { action, ...bounds }
  return {
    ...bounds,
    events: { count: decided.reduce((sum, { events }) => sum + events, 0), filter },
    days: Array.from({ length: (range.to - range.from) / dayMs }, (_, day) => toIso(range.from + day * dayMs)),
    sample: { of: sample.events, from: toIso(sample.from), to: toIso(sample.to) },
    rules: [...inForce, ...gone.map((ruleId) => ({ ruleId, name: undefined, mode: undefined }))].map(({ ruleId, name, mode }) => {
      const own = parts.filter((row) => row.ruleId === ruleId)
      const overlap = found.get(ruleId)
      return {
        ruleId,
        name,
        mode,
        ...countParts(own, { ...filter, ruleId }),
        decided: decided.reduce((sum, row) => (row.ruleId === ruleId ? sum + row.events : sum), 0),
        ...describeHits(own, range, overlap),
        coveredBy: covered.get(ruleId),
      }
    }),
  }
}

function wholeDays({ from, to }: z.infer<typeof ruleStatisticsQuery>, now: number): { from: number; to: number } {
  const end = to === undefined ? now : momentAt(to, now)
  const begin = from === undefined ? end - usualDays * dayMs : momentAt(from, now)
  if (begin >= end) throw new ApiError('invalid_request', '`from` must be before `to`: swap them, or leave one out')
  if (end - begin > mostDays * dayMs)
    throw new ApiError('invalid_request', `the range must not be longer than ${mostDays} days: choose a later \`from\``)
  return { from: Math.floor(begin / dayMs) * dayMs, to: Math.ceil(end / dayMs) * dayMs }
}

type Parts = readonly Pick<RuleRollUp, 'at' | 'part' | 'label' | 'events'>[]

function countParts(parts: Parts, filter: Record<string, string>) {
  const sum = (part: RuleRollUp['part'], label?: RollUp['label']) =>
    parts.reduce((total, row) => (row.part === part && (label === undefined || row.label === label) ? total + row.events : total), 0)
  return {
    matched: { count: sum('matched'), filter },
    shadow: sum('shadow'),
    undetermined: sum('undetermined'),
    good: { count: sum('matched', 'good'), filter: { ...filter, label: 'good' } },
    fraud: { count: sum('matched', 'fraud'), filter: { ...filter, label: 'fraud' } },
    shadowGood: sum('shadow', 'good'),
    shadowFraud: sum('shadow', 'fraud'),
  }
}

/** The sample knows the moment of the last hit where it has one; otherwise the counts know the day. */
function describeHits(parts: Parts, { from, to }: { from: number; to: number }, overlap: RuleOverlap | undefined) {
  const hitsByDay = new Array<number>((to - from) / dayMs).fill(0)
  for (const { at, part, events } of parts) {
    const day = (at - from) / dayMs
    if (part !== 'undetermined') hitsByDay[day] = (hitsByDay[day] ?? 0) + events
  }
  const lastDay = hitsByDay.findLastIndex((hits) => hits > 0)
  const lastFiredAt = overlap?.lastAt ?? (lastDay === -1 ? null : from + lastDay * dayMs)
  return {
    hitsByDay,
    lastFiredAt: toIso(lastFiredAt),
    isLastFiredByDay: overlap === undefined && lastDay !== -1 ? true : undefined,
    overlap: { hits: overlap?.hits ?? 0, alone: overlap?.alone ?? 0, with: overlap?.with ?? [] },
  }
}
