import { findManifest, type InstalledFeed, isWhole } from './data-directory.ts'
import { afterTry, dueOf, type FeedState, loadFeedStates, saveFeedStates } from './feed-state.ts'
import { type Feed, findFeed } from './feeds.ts'
import type { FeedSource } from './fetch-feed.ts'
import { takeUpdateLock } from './take-update-lock.ts'
import { type FeedUpdate, fetchFeeds, type OfferedFeed, publicSources, updateFeeds } from './update-feeds.ts'

export interface UpdateDueOptions {
  /** Milliseconds UTC. */
  clock: () => number
  /** 0 to 1, drawn once for each run. */
  chance: number
  /** Lists with a public source. For tests; otherwise all of them. */
  sources?: readonly { feed: Feed; url: string }[]
  /** How long one list may take. */
  timeoutMs?: number
}

/**
 * Refreshes the lists that are due, unless another process is doing so: asks their publishers whether they have changed, installs what has, and writes down
 * what became of each try. A list that is refused or not reached stays as it is installed.
 *
 * Each try counts as failed until it is done. So a list that kills the process is not tried again at once.
 */
export async function updateDueFeeds(directory: string, { clock, chance, ...options }: UpdateDueOptions): Promise<FeedUpdate[]> {
  const lock = takeUpdateLock(directory, 'updates')
  if (lock === undefined) return []
  try {
    const startedAt = clock()
    const states = new Map(loadFeedStates(directory))
    const sources = refreshedSources(directory, options.sources)
    const due = new Set(dueOf([...sources.keys()], states, startedAt))
    if (due.size === 0) return []
    const before = new Map(states)
    const note = (name: string, tried: Pick<FeedState, 'result' | 'problem'>, at: number) =>
      states.set(name, afterTry(before.get(name), tried, at, chance))
    for (const name of states.keys()) if (!sources.has(name)) states.delete(name)
    for (const name of due) note(name, { result: 'interrupted', problem: 'the update ended before it was done' }, startedAt)
    saveFeedStates(directory, states)

    const fetched = await fetchFeeds(
      [...sources.values()].filter(({ feed }) => due.has(feed.name)),
      startedAt,
      options.timeoutMs,
    )
    const offered = fetched.filter((offer): offer is OfferedFeed => !('result' in offer))
    const others = fetched.filter((offer): offer is FeedUpdate => 'result' in offer)
    const updates = [...others, ...(offered.length > 0 ? updateFeeds(directory, offered, { now: startedAt }) : [])]
    const endedAt = clock()
    for (const { name, result, reason } of updates) {
      if (result !== 'removed') note(name, { result, ...(reason !== undefined && { problem: reason }) }, endedAt)
    }
    saveFeedStates(directory, states)
    return updates
  } finally {
    lock.release()
  }
}

type Refreshed = FeedSource & { feed: Feed }

/**
 * The lists that are kept fresh, each from where it was installed from, or else from its public source. Those that somebody removed or installed from a file
 * under a name of their own are not among them.
 */
export function refreshedSources(
  directory: string,
  offered: readonly { feed: Feed; url: string }[] = publicSources(),
): Map<string, Refreshed> {
  const { feeds, removed } = findManifest(directory)
  const sources = new Map<string, Refreshed>(
    offered.filter(({ feed }) => !removed.includes(feed.name)).map((source) => [source.feed.name, source]),
  )
  for (const installed of feeds) {
    const feed = findFeed(installed.name)
    if (feed === undefined) continue
    const url = isUrl(installed.origin) ? installed.origin : sources.get(installed.name)?.url
    // A list that was lost or changed on this disk has to come whole again.
    const known = isWhole(directory, installed) ? knownOf(installed, url) : undefined
    if (url !== undefined) sources.set(installed.name, { feed, url, known })
  }
  return sources
}

/** The validators, unless the list came from elsewhere. */
function knownOf({ origin, etag, lastModified }: InstalledFeed, url: string | undefined): FeedSource['known'] {
  return origin === url && (etag ?? lastModified) !== undefined ? { etag, lastModified } : undefined
}

function isUrl(origin: string): boolean {
  return /^https?:\/\//.test(origin)
}
