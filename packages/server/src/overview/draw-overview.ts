import type { State } from '@sallyport/engine'
import type { Tenant } from '../configuration/tenant.ts'
import { toIso } from '../http/iso-time.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import { collectEvents } from '../storage/collect-events.ts'
import type { RollUpPart, SearchingStore } from '../storage/searching-store.ts'
import type { RecentWarnings } from '../warnings/recent-warnings.ts'
import { countPeople, type People } from './count-people.ts'
import { countRules, describeRules } from './count-rules.ts'
import { challengeStates, countEvents } from './count-waiting.ts'
import { describeReasons } from './describe-reasons.ts'
import { drawSeries, findUsual, loadBuckets } from './draw-series.ts'
import { findAttention } from './find-attention.ts'
import { findCoveredRules } from './find-covered-rules.ts'
import type { Overview } from './overview-json.ts'
import { inFewBuckets, type OverviewRange, rangeQuery } from './overview-range.ts'
import { describeOverview } from './overview-sentence.ts'

export interface DrawOverviewDeps {
  store: Pick<SearchingStore, 'searchEvents' | 'rollUps' | 'ruleRollUps'>
  warnings: Pick<RecentWarnings, 'list'>
  ip: Pick<IpIntelligence, 'dataSets'>
  clock: () => number
}

const mostPeople = 20
const minuteMs = 60_000
const noneWaiting = { count: 0, isAtLeast: false, oldestAt: undefined }

/** A range of time at a glance, counted by what each event is now. Every number names the search that finds what it counts. */
export async function drawOverview(deps: DrawOverviewDeps, tenant: Tenant, range: OverviewRange): Promise<Overview> {
  const { store } = deps
  const { tenantId } = tenant
  const { from, to, bucket } = range
  const totals = <Part extends RollUpPart>(...by: Part[]) =>
    Promise.all(inFewBuckets(range).map((part) => store.rollUps(tenantId, { ...part, by }))).then((parts) => parts.flat())
  const now = deps.clock()
  const bounds = rangeQuery(range)
  // Challenges of a range that is over can no longer be answered.
  const answerableFrom = Math.min(to, Math.max(from, now - tenant.settings.tokenDurationInMinutes * minuteMs))
  const canAnswer = { from: Math.min(answerableFrom, to - 1), to }
  const [byState, byCountry, buckets, oldest, { rules, decisions, covered }, reviews, disputes, waiting, people, warnings] =
    await Promise.all([
      totals('action', 'state', 'label'),
      totals('country'),
      loadBuckets(store, tenantId, range),
      collectEvents(store, tenantId, { filter: {}, order: 'oldest', limit: 1 }),
      countRules(store, tenantId, range).then(async (counts) => ({
        ...counts,
        covered: await findCoveredRules(store, tenant, counts.rules, range),
      })),
      countEvents(store, tenantId, { states: ['REVIEW_REQUIRED'] }),
      countEvents(store, tenantId, { isDisputed: true, from, to }),
      answerableFrom === to ? noneWaiting : countEvents(store, tenantId, { states: ['CHALLENGE_REQUIRED'], ...canAnswer }),
      countPeople(store, tenantId, { states: challengeStates, from, to }),
      deps.warnings.list(tenantId),
    ])
  const states = sumBy(byState, ({ state }) => state)
  const ofState = (state: State) => states.get(state) ?? 0
  const countries = sumBy(byCountry, ({ country }) => country)
  const labels = sumBy(byState, ({ label }) => label)
  const eventsOf = sumBy(byState, ({ action }) => action)
  const events = sum(states.values())
  const asked = sum(challengeStates.map(ofState))
  const counted = (count: number, filter: Record<string, string>) => ({ count, filter: { ...filter, ...bounds } })
  const open = ofState('CHALLENGE_REQUIRED')
  const usual = findUsual(range, buckets, oldest.events[0]?.createdAt ?? Number.POSITIVE_INFINITY)
  const series = drawSeries(range, buckets, usual, now)
  return {
    sentence: describeOverview({ events, asked, usual: usual.totals }),
    ...bounds,
    bucket,
    events: counted(events, {}),
    states: Object.fromEntries([...states].map(([state, count]) => [state, counted(count, { state })])),
    series,
    challenges: {
      asked: counted(asked, { state: challengeStates.join() }),
      passed: counted(ofState('CHALLENGE_SUCCEEDED'), { state: 'CHALLENGE_SUCCEEDED' }),
      failed: counted(ofState('CHALLENGE_FAILED'), { state: 'CHALLENGE_FAILED' }),
      abandoned: {
        count: Math.max(0, open - waiting.count),
        filter: { state: 'CHALLENGE_REQUIRED', ...rangeQuery({ from, to: Math.max(from + 1, answerableFrom) }) },
      },
      waiting: {
        count: waiting.count,
        isAtLeast: waiting.isAtLeast,
        filter: { state: 'CHALLENGE_REQUIRED', ...rangeQuery(canAnswer) },
      },
      per100: per100(asked, events),
      people: describePeople(people, range),
    },
    actions: [...eventsOf].sort(byCount).map(([action, count]) => {
      const ofAction = sumBy(
        byState.filter((row) => row.action === action),
        ({ state }) => state,
      )
      const challenged = sum(challengeStates.map((state) => ofAction.get(state) ?? 0))
      return {
        action,
        events: counted(count, { action }),
        challenged: counted(challenged, { action, state: challengeStates.join() }),
        per100: per100(challenged, count),
        states: Object.fromEntries(ofAction),
      }
    }),
    rules: describeRules(tenant, rules, range),
    reasons: describeReasons(tenant, decisions, range),
    countries: [...countries].sort(byCount).map(([country, count]) => ({ country, ...counted(count, { country: country ?? 'none' }) })),
    reviews: {
      waiting: { count: reviews.count, isAtLeast: reviews.isAtLeast, filter: { state: 'REVIEW_REQUIRED', order: 'oldest' } },
      oldestAt: reviews.oldestAt === undefined ? undefined : toIso(reviews.oldestAt),
    },
    disputes: { ...counted(disputes.count, { isDisputed: 'true' }), isAtLeast: disputes.isAtLeast },
    labels: { good: counted(labels.get('good') ?? 0, { label: 'good' }), fraud: counted(labels.get('fraud') ?? 0, { label: 'fraud' }) },
    attention: findAttention(tenant, { range, now, series, rules, covered, eventsOf, reviews, dataSets: deps.ip.dataSets(), warnings }),
  }
}

function describePeople({ count, of, isAtLeast, since, users }: People, { from, to }: OverviewRange): Overview['challenges']['people'] {
  // Where not all were counted, the events behind a number are those that were.
  const bounds = rangeQuery({ from: isAtLeast ? (since ?? from) : from, to })
  return {
    count,
    of,
    isAtLeast,
    users: users.slice(0, mostPeople).map(({ userId, events }) => ({
      userId,
      challenges: { count: events, filter: { userId, state: challengeStates.join(), ...bounds } },
    })),
  }
}

function sumBy<Row extends { events: number }, Name>(rows: readonly Row[], nameOf: (row: Row) => Name): Map<Name, number> {
  const sums = new Map<Name, number>()
  for (const row of rows) if (row.events !== 0) sums.set(nameOf(row), (sums.get(nameOf(row)) ?? 0) + row.events)
  return sums
}

function sum(counts: Iterable<number>): number {
  let total = 0
  for (const count of counts) total += count
  return total
}

function byCount([, a]: [unknown, number], [, b]: [unknown, number]): number {
  return b - a
}

/** With one digit behind the point. */
function per100(part: number, all: number): number {
  return all === 0 ? 0 : Math.round((part / all) * 1000) / 10
}
