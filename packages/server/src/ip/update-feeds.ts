import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileNameOf, findManifest, type InstalledFeed, installFeeds } from './data-directory.ts'
import { FEEDS, type Feed, findFeed } from './feeds.ts'
import { fetchFeed } from './fetch-feed.ts'
import { FeedRefused, MAX_FEED_BYTES, parseFeed } from './parse-feed.ts'
import { loadRangeLists } from './range-lists.ts'

/** A list that is about to be installed, before anybody has looked into it. */
export interface OfferedFeed {
  feed: Feed
  text: string
  /** Milliseconds UTC of the list itself. */
  dataDate: number
  /** File or URL it came from. */
  origin: string
}

export interface FeedUpdate {
  name: string
  result: 'installed' | 'unchanged' | 'refused' | 'removed'
  entries?: number
  dataDate?: number
  reason?: string
}

export interface UpdateOptions {
  now: number
  /** Takes a list although it shrank to less than half of the installed one. */
  acceptShrunk?: boolean
}

/**
 * Checks lists and installs the good ones, all at once. A refused list leaves the installed one of its name in force.
 *
 * Refuses what `parseFeed` refuses, a list with less than half the entries of the installed one (a file cut short is still a list), and one
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
  // Leaves the pack that a running server then only has to read.
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

/** Removes installed lists. Names that are not installed are left out of the answer. */
export function removeFeeds(directory: string, names: readonly string[]): FeedUpdate[] {
  const installed = new Set(findManifest(directory).map(({ name }) => name))
  const removed = names.filter((name) => installed.has(name))
  if (removed.length > 0) installFeeds(directory, [], removed)
  return removed.map((name) => ({ name, result: 'removed' }))
}

/**
 * Lists in a directory, by the names in `FEEDS` or a name of the operator's own (`vpn-office.txt`). Files of other names are passed over, and
 * what is too large to be a list is not read. Dated by the file's own date unless another one is given.
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

/** Fetches lists side by side, a few at a time; one that fails does not stop the others. */
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
        results.push({ name: feed.name, result: 'refused', reason: error.message })
      }
    }
  }
  await Promise.all(Array.from({ length: 4 }, work))
  return results
}

/** Every list that has a public source. */
export function publicSources(): { feed: Feed; url: string }[] {
  return FEEDS.flatMap((feed) => (feed.url === null ? [] : [{ feed, url: feed.url }]))
}

/** Whether a directory can be imported from. */
export function isDirectory(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}

function dayOf(dataDate: number): string {
  return new Date(dataDate).toISOString().slice(0, 10)
}
