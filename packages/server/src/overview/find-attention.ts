import type { Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import type { DataSetStatus } from '../ip/ip-intelligence.ts'
import type { RecentWarning } from '../warnings/recent-warnings.ts'
import type { RuleCount } from './count-rules.ts'
import type { Waiting } from './count-waiting.ts'
import type { CoveredRule } from './find-covered-rules.ts'
import type { Overview } from './overview-json.ts'
import { dayMs, type OverviewRange, rangeQuery } from './overview-range.ts'

export interface AttentionFacts {
  range: OverviewRange
  now: number
  series: Overview['series']
  rules: readonly RuleCount[]
  covered: readonly CoveredRule[]
  /** Events of the range by action. */
  eventsOf: ReadonlyMap<string, number>
  reviews: Waiting
  dataSets: readonly DataSetStatus[]
  warnings: readonly RecentWarning[]
}

type Attention = Overview['attention'][number]

const mostShown = 50
/** Fewer events say nothing about a rule. */
const fewestEvents = 20
/** A rule that cannot be determined for a larger share needs attention. */
const toleratedShare = 0.01

/** What somebody should look at, the most urgent first. */
export function findAttention(tenant: Tenant, facts: AttentionFacts): Attention[] {
  return [
    ...lateReviews(facts),
    ...spikes(facts),
    ...coveredRules(facts),
    ...oddRules(tenant, facts),
    ...oldDataSets(facts),
    ...recentWarnings(facts),
  ].slice(0, mostShown)
}

function lateReviews({ reviews: { count, isAtLeast, oldestAt }, now }: AttentionFacts): Attention[] {
  if (oldestAt === undefined || now - oldestAt <= dayMs) return []
  const days = Math.floor((now - oldestAt) / dayMs)
  const waits = count === 1 && !isAtLeast ? '1 event waits' : `${isAtLeast ? 'At least ' : ''}${count} events wait`
  return [
    {
      code: 'reviews_waiting',
      subject: 'reviews',
      sentence: `${waits} for a review, the oldest for ${days === 1 ? 'a day' : `${days} days`}.`,
      filter: { state: 'REVIEW_REQUIRED', order: 'oldest' },
    },
  ]
}

/** Buckets that are looked at for a spike: an earlier one is over. */
const latestBuckets = { hour: 24, day: 7 } as const
/** So many times what was usual is no chance. */
const spikeFactor = 2

/** The largest of the last day by hour, or of the last week by day. One week before says too little of what is usual. */
function spikes({ range, series }: AttentionFacts): Attention[] {
  const over = series
    .filter(({ isRunning }) => isRunning !== true)
    .slice(-latestBuckets[range.bucket])
    .flatMap(({ at, events, usual, filter }) => {
      if (usual === undefined || usual.weeks < 2 || events < fewestEvents || events <= usual.high * spikeFactor) return []
      return [{ at, events, usual, filter, factor: events / Math.max(1, usual.high) }]
    })
  const [largest] = over.toSorted((a, b) => b.factor - a.factor)
  if (largest === undefined) return []
  const { at, events, usual, filter } = largest
  const usually = usual.low === usual.high ? number(usual.low) : `${number(usual.low)} to ${number(usual.high)}`
  const when = range.bucket === 'hour' ? `in the hour from ${at.slice(11, 16)} UTC on ${at.slice(0, 10)}` : `on ${at.slice(0, 10)}`
  const sentence = `${number(events)} events ${when}, against ${usually} at the same time in the ${usual.weeks} weeks before.`
  return [{ code: 'spike', subject: 'events', sentence, filter }]
}

function coveredRules({ range, covered }: AttentionFacts): Attention[] {
  return covered.map(({ action, rule, matched, cover }) => ({
    code: 'rule_covered',
    subject: rule.ruleId,
    sentence: `The rule *${rule.name}* of ${action} has matched ${number(matched)} events and decided none: ${cover === undefined ? 'rules' : `*${cover.name}*`} before it always did.`,
    filter: { action, ruleId: rule.ruleId, ...rangeQuery(range) },
  }))
}

function oddRules(tenant: Tenant, { range, rules, eventsOf }: AttentionFacts): Attention[] {
  const counts = new Map(rules.map((count) => [`${count.action}\n${count.ruleId}`, count]))
  const found: Attention[] = []
  for (const { actionCode: action, definition } of tenant.actions.values()) {
    const events = eventsOf.get(action) ?? 0
    if (events < fewestEvents) continue
    for (const { ruleId, name, mode } of definition.rules) {
      const { matched = 0, shadow = 0, undetermined = 0 } = counts.get(`${action}\n${ruleId}`) ?? {}
      const filter = { action, ...rangeQuery(range) }
      const hits = mode === 'shadow' ? shadow : matched
      const about = (code: Attention['code'], sentence: string, more: object = {}) =>
        found.push({ code, subject: ruleId, sentence, filter: { ...filter, ...more } })
      if (undetermined > events * toleratedShare) {
        const share = percent(undetermined / events)
        about('rule_undetermined', `The rule *${name}* of ${action} could not be determined for ${share} of ${number(events)} events.`)
      }
      if (hits === 0) about('rule_never_fired', `The rule *${name}* of ${action} has not matched any of ${number(events)} events.`)
      else if (hits >= events)
        about('rule_always_fired', `The rule *${name}* of ${action} has matched all of ${number(events)} events.`, { ruleId })
    }
  }
  return found
}

function oldDataSets({ dataSets }: AttentionFacts): Attention[] {
  return dataSets
    .filter(({ state }) => state !== 'current')
    .map(({ name, state, ageDays, remedy }) => ({
      code: 'data_set_not_current',
      subject: name,
      sentence: `The data set *${name}* is ${state}${state === 'stale' && ageDays !== null ? `: ${Math.round(ageDays)} days old` : ''}. Remedy: ${remedy}.`,
    }))
}

function recentWarnings({ warnings, range }: AttentionFacts): Attention[] {
  return warnings
    .filter(({ firstAt, lastAt, code }) => lastAt >= range.from && firstAt < range.to && code !== 'rule_undetermined')
    .map(({ code, action, subject, message, count, lastAt }) => ({
      code,
      subject,
      sentence: `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'} ${count === 1 ? 'Seen once' : `Seen ${number(count)} times`}.`,
      lastAt: toIso(lastAt),
      filter: { action, ...rangeQuery(range) },
    }))
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}

function percent(share: number): string {
  return `${(share * 100).toLocaleString('en-US', { maximumFractionDigits: 1 })} %`
}
