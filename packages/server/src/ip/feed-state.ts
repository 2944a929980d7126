import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { replaceFile } from './data-directory.ts'

const feedStateSchema = z.object({
  /** When it was last tried, when that last went well (`null`: never), and when it is due again. Milliseconds UTC. */
  lastTry: z.number(),
  lastSuccess: z.number().nullable(),
  nextTry: z.number(),
  /** Tries that failed since the last that went well. */
  failures: z.number(),
  /** `interrupted`: the process that tried ended before it was done. `not_fetched`: its publisher cannot be reached. */
  result: z.enum(['installed', 'unchanged', 'refused', 'not_fetched', 'interrupted']),
  /** Why the last try failed. */
  problem: z.string().optional(),
})

/** What became of the tries to refresh a feed. Kept beside the lists, so that it survives a restart and is the same for every process. */
export type FeedState = z.infer<typeof feedStateSchema>

/** By the names of the feeds. */
export type FeedStates = ReadonlyMap<string, FeedState>

const fileSchema = z.object({ format: z.literal(1), feeds: z.record(z.string(), feedStateSchema) })

/** Its name has no ending that `fingerprintOf` looks at: a try that brought nothing is no reason to read the lists again. */
const FILE = 'feed-states'

/** The states in a directory of lists. A file that is missing or cannot be read means that nothing was tried yet. */
export function loadFeedStates(directory: string): FeedStates {
  try {
    return new Map(Object.entries(fileSchema.parse(JSON.parse(readFileSync(join(directory, FILE), 'utf8'))).feeds))
  } catch {
    return new Map()
  }
}

export function saveFeedStates(directory: string, states: FeedStates): void {
  replaceFile(join(directory, FILE), `${JSON.stringify({ format: 1, feeds: Object.fromEntries([...states].sort()) }, null, 2)}\n`)
}

const minute = 60_000
const day = 24 * 60 * minute
/** Feeds that are due this soon are refreshed along with one that is due now, so that all of them come in one run. */
const companyMs = 60 * minute

/** Whether a feed is to be tried at a time. A time further ahead than any feed waits was written under a wrong clock. */
export function isDue(state: FeedState | undefined, at: number): boolean {
  return state === undefined || state.nextTry <= at || state.nextTry > at + 2 * day
}

/** The feeds to refresh in one run. Empty: none is due. */
export function dueOf(names: readonly string[], states: FeedStates, at: number): string[] {
  if (!names.some((name) => isDue(states.get(name), at))) return []
  return names.filter((name) => isDue(states.get(name), at + companyMs))
}

/**
 * The state after a try. A feed that went well is due again in a day, one that failed in half an hour, doubled with each failure up to a day. `chance`, 0 to
 * 1, moves that by up to an eighth of it, so that not every server asks at the same moment.
 */
export function afterTry(
  before: FeedState | undefined,
  tried: Pick<FeedState, 'result' | 'problem'>,
  at: number,
  chance: number,
): FeedState {
  const isGood = tried.result === 'installed' || tried.result === 'unchanged'
  const failures = isGood ? 0 : (before?.failures ?? 0) + 1
  const wait = isGood ? day : Math.min(day, 30 * minute * 2 ** Math.min(10, failures - 1))
  return {
    lastTry: at,
    lastSuccess: isGood ? at : (before?.lastSuccess ?? null),
    nextTry: Math.round(at + wait * (0.875 + 0.25 * chance)),
    failures,
    result: tried.result,
    ...(tried.problem !== undefined && { problem: tried.problem.slice(0, 300) }),
  }
}
