import { dayOf } from './day-of.ts'
import type { FeedStates } from './feed-state.ts'
import { findFeed, kindOf } from './feeds.ts'
import type { DataSetStatus } from './ip-intelligence.ts'

/** One data set, in a row. Times are in ISO 8601. */
export interface SourceRow {
  id: string
  kind: string
  state: DataSetStatus['state']
  entries: number
  date: string | null
  ageDays: number | null
  licence: string | null
  source: string
  lastTry: string | null
  nextTry: string | null
  problem: string | null
}

/** Every data set, and every list that was tried without anything of it being installed. */
export function listSources(dataSets: readonly DataSetStatus[], states: FeedStates): SourceRow[] {
  const rows = dataSets.map(
    ({ name, state, entries, dataDate, ageDays, licence, source, problem }): SourceRow => ({
      id: name,
      kind: kindOf(name),
      state,
      entries,
      date: dataDate === null ? null : dayOf(dataDate),
      ageDays,
      licence: licence === '' ? null : licence,
      source,
      ...triesOf(name, states),
      ...(problem !== undefined && { problem }),
    }),
  )
  const missing = [...states.keys()].filter((name) => !dataSets.some((dataSet) => dataSet.name === name))
  return [
    ...rows,
    ...missing.map((name): SourceRow => {
      const { licence = null, source = name } = findFeed(name) ?? {}
      return {
        id: name,
        kind: kindOf(name),
        state: 'absent',
        entries: 0,
        date: null,
        ageDays: null,
        licence,
        source,
        ...triesOf(name, states),
      }
    }),
  ]
}

function triesOf(name: string, states: FeedStates): Pick<SourceRow, 'lastTry' | 'nextTry' | 'problem'> {
  const tried = states.get(name)
  if (tried === undefined) return { lastTry: null, nextTry: null, problem: null }
  return { lastTry: new Date(tried.lastTry).toISOString(), nextTry: new Date(tried.nextTry).toISOString(), problem: tried.problem ?? null }
}
