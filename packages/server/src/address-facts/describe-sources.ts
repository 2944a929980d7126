import { z } from 'zod'
import { toIso } from '../http/iso-time.ts'
import type { FeedState, FeedStates } from '../ip/feed-state.ts'
import type { FeedUpdates } from '../ip/feed-updates.ts'
import { findFeed, kindOf } from '../ip/feeds.ts'
import type { DataSetStatus, IpIntelligence } from '../ip/ip-intelligence.ts'

/** Who is to be named where the data are shown. */
export const attribution = z
  .object({ text: z.string(), url: z.string().optional() })
  .meta({ description: 'Show it, with the link, wherever facts from the data set are shown.' })

const feedUpdate = z
  .object({
    result: z.enum(['installed', 'unchanged', 'refused', 'not_fetched', 'interrupted']).meta({
      description: '`not_fetched`: its publisher cannot be reached. `interrupted`: the process that tried ended before it was done.',
    }),
    lastTry: z.string(),
    lastSuccess: z.string().optional().meta({ description: 'When it was last installed or found unchanged. Absent: never.' }),
    nextTry: z.string(),
    problem: z.string().optional().meta({ description: 'Why the last try failed.' }),
  })
  .meta({ description: 'The tries to refresh it.' })

/** The data sets about addresses, as the API shows them. */
export const ipSources = z
  .object({
    sentence: z.string(),
    dataVersion: z.string(),
    dataSets: z.array(
      z.object({
        name: z.string(),
        kind: z
          .string()
          .meta({ description: 'The kind of addresses that a list contains, such as `tor`; otherwise the name of the data set.' }),
        facts: z.array(z.string()).meta({ description: 'The facts that it answers.' }),
        origin: z
          .enum(['shipped', 'installed'])
          .optional()
          .meta({ description: 'Of a list: whether it came with the release or was installed. Absent: not a list.' }),
        state: z.enum(['current', 'stale', 'absent', 'broken']).meta({
          description:
            '`stale`: an address on it still counts as listed, but one that is not on it no longer counts as unlisted. `broken`: it cannot be read; `sallyport doctor` says why.',
        }),
        dataDate: z.string().optional().meta({ description: 'Day of the data, `YYYY-MM-DD`. Absent: not installed, or not readable.' }),
        ageDays: z.number().optional(),
        staleAfterDays: z.number(),
        entries: z.number().optional().meta({ description: 'Ranges or records in use. Absent: not counted.' }),
        source: z.string(),
        licence: z.string().optional(),
        attribution: attribution.optional(),
        remedy: z.string().optional().meta({ description: 'What installs or updates it, where it is not current.' }),
        update: feedUpdate.optional().meta({ description: 'Absent: it is not refreshed by itself, or was not tried yet.' }),
      }),
    ),
    updates: z
      .object({
        isOn: z.boolean().meta({ description: '`false`: `SALLYPORT_IP_UPDATES` is `off`; lists change only by `sallyport ip update`.' }),
        sentence: z.string(),
        feeds: z.array(feedUpdate.extend({ name: z.string(), kind: z.string(), licence: z.string() })).meta({
          description: 'Each list that was tried, also where none of it is installed.',
        }),
      })
      .meta({ description: 'How lists are kept fresh.' }),
  })
  .meta({ id: 'IpSources' })

export interface DescribeSourcesDeps {
  ip: Pick<IpIntelligence, 'dataSets' | 'dataVersion'>
  feedUpdates: FeedUpdates
}

/** Every data set with its age, its state and its licence, and how lists are kept fresh. Files of the operator are not named. */
export function describeSources({ ip, feedUpdates }: DescribeSourcesDeps): z.infer<typeof ipSources> {
  const all = ip.dataSets()
  const states = feedUpdates.states()
  return {
    sentence: sentenceOf(all),
    dataVersion: ip.dataVersion,
    dataSets: all.map(
      ({ name, facts, origin, state, dataDate, ageDays, staleAfterDays, entries, source, licence, attribution, remedy }) => ({
        name,
        kind: kindOf(name),
        facts,
        origin,
        state,
        dataDate: dataDate === null ? undefined : toIso(dataDate).slice(0, 10),
        ageDays: ageDays ?? undefined,
        staleAfterDays,
        entries: entries > 0 ? entries : undefined,
        source: sourceOf({ name, source, attribution }),
        licence: licence === '' ? undefined : licence,
        attribution,
        remedy: state === 'current' ? undefined : remedy,
        update: describeUpdate(states.get(name)),
      }),
    ),
    updates: describeUpdates(feedUpdates.isOn, states),
  }
}

function describeUpdates(isOn: boolean, states: FeedStates): z.infer<typeof ipSources>['updates'] {
  const feeds = [...states].flatMap(([name, state]) => {
    const update = describeUpdate(state)
    return update === undefined ? [] : [{ name, kind: kindOf(name), licence: findFeed(name)?.licence ?? '', ...update }]
  })
  return { isOn, sentence: updatesSentence(isOn, feeds), feeds }
}

function updatesSentence(isOn: boolean, feeds: readonly { name: string; result: FeedState['result'] }[]): string {
  if (!isOn) return 'Lists are not refreshed by themselves: `SALLYPORT_IP_UPDATES` is off.'
  if (feeds.length === 0) return 'Lists will be refreshed for the first time within minutes of the start.'
  const failed = feeds.filter(({ result }) => result !== 'installed' && result !== 'unchanged')
  if (failed.length === 0) return `All ${feeds.length} lists were refreshed at the last try.`
  if (failed.every(({ result }) => result === 'not_fetched') && failed.length === feeds.length) {
    return 'No list could be refreshed at the last try: there is no network. What is installed stays in use.'
  }
  return `${feeds.length - failed.length} of ${feeds.length} lists were refreshed at the last try; not refreshed: ${failed.map(({ name }) => name).join(', ')}.`
}

function describeUpdate(state: FeedState | undefined): z.infer<typeof feedUpdate> | undefined {
  if (state === undefined) return undefined
  const { result, lastTry, lastSuccess, nextTry, problem } = state
  return {
    result,
    lastTry: toIso(lastTry),
    lastSuccess: lastSuccess === null ? undefined : toIso(lastSuccess),
    nextTry: toIso(nextTry),
    problem,
  }
}

/** Where the data come from, without a path of the server. */
export function sourceOf({ name, source, attribution }: Pick<DataSetStatus, 'name' | 'source' | 'attribution'>): string {
  return name === 'city' && attribution === undefined ? 'a file of the operator' : source
}

function sentenceOf(all: readonly DataSetStatus[]): string {
  const named = (state: DataSetStatus['state']) => all.filter((dataSet) => dataSet.state === state).map(({ name }) => name)
  const current = named('current').length
  const parts = (['stale', 'absent', 'broken'] as const).flatMap((state) => {
    const names = named(state)
    return names.length === 0 ? [] : [`${state}: ${names.join(', ')}`]
  })
  if (parts.length === 0) return `All ${current} data sets are current.`
  return `${current} of ${all.length} data sets are current; ${parts.join('; ')}.`
}
