import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileNameOf, findManifest, type InstalledFeed, installFeeds } from './data-directory.ts'
import { FEEDS, type Feed, findFeed } from './feeds.ts'
import { FeedNotReached, fetchFeed } from './fetch-feed.ts'
import { FeedRefused, MAX_FEED_BYTES, parseFeed } from './parse-feed.ts'
import { loadRangeLists } from './range-lists.ts'

/** A list to be installed, not yet checked. */
export interface OfferedFeed {
  feed: Feed
  text: string
  /** The date of the list itself. Milliseconds UTC. */
  dataDate: number
  /** The file or URL it came from. */
  origin: string
}

export interface FeedUpdate {
  name: string
  /** `not_fetched`: its publisher cannot be reached. */
  result: 'installed' | 'unchanged' | 'refused' | 'not_fetched' | 'removed'
  entries?: number
  dataDate?: number
  reason?: string
}

export interface UpdateOptions {
  now: number
  /** Accepts a list with less than half the entries of the installed one. */
  acceptShrunk?: boolean
}

/**
 * Checks lists and installs the valid ones, all at once. When a list is refused, the installed list of its name stays in use.
 *
 * Refuses what `parseFeed` refuses, a list with less than half the entries of the installed one (a file cut short still parses), and a list
 * older than the installed one.
 */
export function updateFeeds(directory: string, offered: readonly OfferedFeed[], options: UpdateOptions): FeedUpdate[] {
  const before = new Map(findManifest(directory).map((installed) => [installed.name, installed]))
  const additions: { installed: InstalledFeed; text: string }[] = []
  const updates = offered.map((offer): FeedUpdate => {
    const { feed, text, dataDate, origin } = offer
    try {
      const installed = before.get(feed.name)
      const file = fileNameOf(feed.name, text)
      const isSame = installed?.file === file
      const entries = countEntries(offer, isSame ? undefined : installed, options)
      additions.push({
        installed: { name: feed.name, file, bytes: Buffer.byteLength(text), entries, dataDate, importedAt: options.now, origin },
        text,
      })
      return { name: feed.name, result: isSame ? 'unchanged' : 'installed', entries, dataDate }
    } catch (error) {
      if (error instanceof FeedRefused) return { name: feed.name, result: 'refused', reason: error.message }
      throw error
    }
  })
  if (additions.length > 0) installFeeds(directory, additions)
  // Makes the pack here, so that a running server only has to read it.
  loadRangeLists(directory)
  return updates
}

function countEntries({ feed, text, dataDate }: OfferedFeed, installed: InstalledFeed | undefined, options: UpdateOptions): number {
  const { ranges, networks } = parseFeed(feed, text)
  const entries = ranges.length + networks.length
  if (installed === undefined) return entries
  if (entries * 2 < installed.entries && options.acceptShrunk !== true) {
    throw new FeedRefused(feed.name, `${entries} entries where ${installed.entries} are installed (--accept-shrunk takes it)`)
  }
  if (dataDate < installed.dataDate) throw new FeedRefused(feed.name, `older than the installed list of ${dayOf(installed.dataDate)}`)
  return entries
}

/** Removes installed lists. The result leaves out names that were not installed. */
export function removeFeeds(directory: string, names: readonly string[]): FeedUpdate[] {
  const installed = new Set(findManifest(directory).map(({ name }) => name))
  const removed = names.filter((name) => installed.has(name))
  if (removed.length > 0) installFeeds(directory, [], removed)
  return removed.map((name) => ({ name, result: 'removed' }))
}

/**
 * Reads the lists in a directory, under the names in `FEEDS` or an operator's own name (`vpn-office.txt`). Files with other names are skipped,
 * and a file too large to be a list is not read. A list has the date of its file unless another date is given.
 */
export function readFeedDirectory(directory: string, now: number, dataDate?: number): (OfferedFeed | FeedUpdate)[] {
  return readdirSync(directory)
    .sort()
    .flatMap((file): (OfferedFeed | FeedUpdate)[] => {
      const feed = /^[a-z0-9-]+\.(?:txt|csv)$/.test(file) ? findFeed(file.slice(0, -4)) : undefined
      const path = join(directory, file)
      const stat = feed === undefined ? undefined : statSync(path)
      if (feed === undefined || stat === undefined || !stat.isFile()) return []
      if (stat.size > MAX_FEED_BYTES)
        return [{ name: feed.name, result: 'refused', reason: `${feed.name}: longer than ${MAX_FEED_BYTES} bytes` }]
      const changed = Math.floor(Math.min(stat.mtimeMs, now))
      return [{ feed, text: readFileSync(path, 'utf8'), dataDate: dataDate ?? changed, origin: file }]
    })
}

/** Fetches lists in parallel, a few at a time. A failed fetch does not stop the others. */
export async function fetchFeeds(sources: readonly { feed: Feed; url: string }[], now: number): Promise<(OfferedFeed | FeedUpdate)[]> {
  const results: (OfferedFeed | FeedUpdate)[] = []
  const waiting = [...sources]
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { feed, url } = next
      try {
        results.push({ feed, origin: url, ...(await fetchFeed(feed.name, url, now)) })
      } catch (error) {
        if (!(error instanceof FeedRefused)) throw error
        results.push({ name: feed.name, result: error instanceof FeedNotReached ? 'not_fetched' : 'refused', reason: error.message })
      }
    }
  }
  await Promise.all(Array.from({ length: 4 }, work))
  return results
}

/** Every list with a public source. */
export function publicSources(): { feed: Feed; url: string }[] {
  return FEEDS.flatMap((feed) => (feed.url === null ? [] : [{ feed, url: feed.url }]))
}

/** Whether lists can be imported from the directory. */
export function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}

function dayOf(dataDate: number): string {
  return new Date(dataDate).toISOString().slice(0, 10)
}
