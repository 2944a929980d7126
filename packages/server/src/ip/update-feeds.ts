import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { fileNameOf, findManifest, type InstalledFeed, installFeeds, isWhole } from './data-directory.ts'
import { dayOf } from './day-of.ts'
import { FEEDS, type Feed, findFeed } from './feeds.ts'
import { FeedNotReached, type FeedSource, fetchFeed, type Validators } from './fetch-feed.ts'
import { FeedRefused, MAX_FEED_BYTES, parseFeed } from './parse-feed.ts'
import { loadRangeLists } from './range-lists.ts'
import { takeUpdateLock } from './take-update-lock.ts'

/** A list to be installed, not yet checked. */
export interface OfferedFeed extends Validators {
  feed: Feed
  text: string
  /** The date of the list itself. Milliseconds UTC. */
  dataDate: number
  /** Set when that is only the time at which it was fetched. */
  isUndated?: true
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

/** How long an update waits for another one that is installing. It takes a second or two. */
const installWaitMs = 30_000

/**
 * Checks lists and installs the valid ones, all at once. When a list is refused, the installed list of its name stays in use.
 *
 * Refuses what `parseFeed` refuses, a list with less than half the entries of the installed one (a file cut short still parses), and a list
 * older than the installed one. A list that its publisher does not date has the date of the day on which it was first seen.
 */
export function updateFeeds(directory: string, offered: readonly OfferedFeed[], options: UpdateOptions): FeedUpdate[] {
  const updates = whileInstalling(directory, () => install(directory, offered, options))
  // Makes the pack here, so that a running server only has to read it.
  loadRangeLists(directory)
  return updates
}

function install(directory: string, offered: readonly OfferedFeed[], options: UpdateOptions): FeedUpdate[] {
  const before = new Map(findManifest(directory).feeds.map((installed) => [installed.name, installed]))
  const additions: { installed: InstalledFeed; text: string }[] = []
  const updates = offered.map((offer): FeedUpdate => {
    const { feed, text, origin, etag, lastModified } = offer
    try {
      const installed = before.get(feed.name)
      const file = fileNameOf(feed.name, text)
      const isSame = installed?.file === file
      const dataDate = isSame && offer.isUndated === true ? installed.dataDate : offer.dataDate
      const entries = countEntries(offer, isSame ? undefined : installed, options)
      const bytes = Buffer.byteLength(text)
      const next = { name: feed.name, file, bytes, entries, dataDate, importedAt: options.now, origin, etag, lastModified }
      // Nothing to write, so that nobody has to read it again.
      const isAsItWas =
        isSame &&
        isWhole(directory, installed) &&
        isDeepStrictEqual({ ...installed, importedAt: 0 }, withoutUndefined({ ...next, importedAt: 0 }))
      if (!isAsItWas) additions.push({ installed: next, text })
      return { name: feed.name, result: isSame ? 'unchanged' : 'installed', entries, dataDate }
    } catch (error) {
      if (error instanceof FeedRefused) return { name: feed.name, result: 'refused', reason: error.message }
      throw error
    }
  })
  if (additions.length > 0) installFeeds(directory, additions)
  return updates
}

/** Two updates at the same time would each write a manifest without the lists of the other. */
function whileInstalling<T>(directory: string, work: () => T): T {
  const lock = takeUpdateLock(directory, 'install', installWaitMs)
  if (lock === undefined) throw new UpdateUnderWay()
  try {
    return work()
  } finally {
    lock.release()
  }
}

/** Another process is installing lists into the directory. */
export class UpdateUnderWay extends Error {
  constructor() {
    super('another update of the lists is under way; try again when it has ended')
    this.name = 'UpdateUnderWay'
  }
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

/** Removes installed lists, and keeps known ones from being fetched by themselves. The result leaves out names that were not installed. */
export function removeFeeds(directory: string, names: readonly string[]): FeedUpdate[] {
  if (names.length === 0) return []
  return whileInstalling(directory, () => {
    const installed = new Set(findManifest(directory).feeds.map(({ name }) => name))
    const known = names.filter((name) => installed.has(name) || FEEDS.some((feed) => feed.name === name))
    if (known.length > 0) installFeeds(directory, [], known)
    return known.filter((name) => installed.has(name)).map((name) => ({ name, result: 'removed' }))
  })
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

/**
 * Fetches lists in parallel, a few at a time. A failed fetch does not stop the others, but a host that cannot be reached is not asked again. A list that has
 * not changed since it was installed is `unchanged`.
 */
export async function fetchFeeds(
  sources: readonly (FeedSource & { feed: Feed })[],
  now: number,
  timeoutMs?: number,
): Promise<(OfferedFeed | FeedUpdate)[]> {
  const results: (OfferedFeed | FeedUpdate)[] = []
  const waiting = [...sources]
  const unreached = new Set<string>()
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { feed, url } = next
      const host = URL.parse(url)?.host ?? ''
      try {
        if (unreached.has(host)) throw new FeedNotReached(feed.name, 'not fetched: no network')
        const fetched = await fetchFeed(next, now, timeoutMs)
        results.push(fetched === 'not_modified' ? { name: feed.name, result: 'unchanged' } : { feed, origin: url, ...fetched })
      } catch (error) {
        if (!(error instanceof FeedRefused)) throw error
        if (error instanceof FeedNotReached) unreached.add(host)
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

/** What the manifest has no member for when it is unknown. */
function withoutUndefined<T extends object>(record: T): Partial<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Partial<T>
}
