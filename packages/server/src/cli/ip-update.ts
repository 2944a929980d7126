import { join, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { dayOf } from '../ip/day-of.ts'
import { type Feed, findFeed } from '../ip/feeds.ts'
import {
  type FeedUpdate,
  fetchFeeds,
  isDirectory,
  type OfferedFeed,
  publicSources,
  readFeedDirectory,
  removeFeeds,
  UpdateUnderWay,
  updateFeeds,
} from '../ip/update-feeds.ts'
import { addSettings, CommandError, configOf, print } from './command-file.ts'

interface UpdateFlags {
  from?: string
  feed: { feed: Feed; url: string }[]
  remove: string[]
  date?: number
  acceptShrunk?: boolean
}

/**
 * `ip update`: gets lists of Tor exits, VPNs, proxies, relays, hosting and crawlers, checks them and installs them. A running server uses
 * them within a minute. Lists come from their public sources, with `--from` from a directory, or with `--feed` from any URL.
 *
 * Prints one JSON object per line for each list, or one closing line when there is no network. Exit code 1 when a list was refused or not fetched; the
 * list installed before stays in use.
 */
export function addIpUpdate(ip: Command): void {
  const command = ip
    .command('update')
    .description('fetch, check and install lists of Tor exits, VPNs, proxies, relays, hosting networks and crawlers')
    .option('--from <directory>', 'read lists from files in this directory instead of fetching them')
    .option('--feed <name=url>', 'fetch this list from this https URL; repeatable. Fetches only the lists named this way', collectFeed, [])
    .option('--remove <name>', 'remove an installed list; repeatable', (name, names: string[]) => [...names, name], [])
    .option('--date <YYYY-MM-DD>', 'the date of the lists, if it differs from the dates of the files', parseDay)
    .option('--accept-shrunk', 'accept lists with less than half the entries of the installed ones')
  addSettings(command, ['data-dir']).action(async (options: UpdateFlags & Record<string, unknown>) => {
    const directory = join(configOf(options).dataDir, 'ip')
    const now = Date.now()
    const removed = unlessUnderWay(() => removeFeeds(directory, options.remove))
    const offers = options.remove.length > 0 && !hasSource(options) ? [] : await gather(options, now)
    const refused = offers.filter((offer): offer is FeedUpdate => 'result' in offer)
    const offered = offers.filter((offer): offer is OfferedFeed => !('result' in offer))
    const updates = [
      ...removed,
      ...refused,
      ...unlessUnderWay(() => updateFeeds(directory, offered, { now, acceptShrunk: options.acceptShrunk })),
    ]
    const unreached = updates.filter(({ result }) => result === 'not_fetched').length
    if (unreached > 0 && unreached === updates.length) throw new CommandError(noNetwork(unreached))
    for (const { dataDate, ...update } of updates) {
      print(JSON.stringify({ ...update, ...(dataDate !== undefined && { dataDate: dayOf(dataDate) }) }))
    }
    if (updates.some(({ result }) => result === 'refused' || result === 'not_fetched')) process.exitCode = 1
  })
}

function unlessUnderWay<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof UpdateUnderWay ? new CommandError(error.message) : error
  }
}

/** Without a network every list fails for the same reason, so one line says it. */
function noNetwork(lists: number): string {
  const what = lists === 1 ? 'the list was' : `the ${lists} lists were`
  return `${what} not fetched: no network. Lists that are installed stay in use; to install lists from files, use --from`
}

function hasSource(options: UpdateFlags): boolean {
  return options.from !== undefined || options.feed.length > 0
}

async function gather(options: UpdateFlags, now: number): Promise<(OfferedFeed | FeedUpdate)[]> {
  const offers: (OfferedFeed | FeedUpdate)[] = []
  if (options.from !== undefined) {
    const directory = resolve(options.from)
    if (!isDirectory(directory)) throw new CommandError(`\`${options.from}\` is not a directory`)
    offers.push(...readFeedDirectory(directory, now, options.date))
    if (offers.length === 0) throw new CommandError(`\`${options.from}\` contains no list with a known name`)
  }
  const sources = options.feed.length > 0 || options.from !== undefined ? options.feed : publicSources()
  const fetched = await fetchFeeds(sources, now)
  return [
    ...offers,
    ...fetched.map((offer) =>
      'result' in offer || options.date === undefined ? offer : { ...withoutDoubt(offer), dataDate: options.date },
    ),
  ]
}

/** A list whose date somebody says. */
function withoutDoubt({ isUndated: _, ...offer }: OfferedFeed): OfferedFeed {
  return offer
}

function collectFeed(text: string, sources: UpdateFlags['feed']): UpdateFlags['feed'] {
  const equals = text.indexOf('=')
  const feed = findFeed(text.slice(0, Math.max(0, equals)))
  if (feed === undefined) {
    throw new InvalidArgumentError('use name=url, where name is a known list or starts with tor, vpn, proxy, relay, hosting or crawler.')
  }
  return [...sources, { feed, url: text.slice(equals + 1) }]
}

function parseDay(text: string): number {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  // `Date.parse` makes 3 March of 31 February.
  const exists = Number.isFinite(day) && new Date(day).toISOString().startsWith(text)
  if (!exists || day > Date.now()) throw new InvalidArgumentError('use a date in the past, as YYYY-MM-DD.')
  return day
}
