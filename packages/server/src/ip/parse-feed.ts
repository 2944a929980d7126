import { type CidrRange, parseCidr } from '../addresses/parse-cidr.ts'
import type { Feed, ListKind } from './feeds.ts'
import { isSpecialPurpose } from './special-purpose.ts'

/** The entries of a feed. */
export interface ParsedFeed {
  ranges: CidrRange[]
  /** Autonomous system numbers. */
  networks: number[]
}

/** A refused feed. The list installed before stays in use. */
export class FeedRefused extends Error {
  readonly feed: string

  constructor(feed: string, why: string, options?: ErrorOptions) {
    super(`${feed}: ${why}`, options)
    this.name = 'FeedRefused'
    this.feed = feed
  }
}

/** The largest real list is 0.7 MB. */
export const MAX_FEED_BYTES = 32 * 1024 * 1024

/** The widest plausible range, as a prefix length. No list of exits contains a /8. */
const WIDEST: Readonly<Record<ListKind, { 4: number; 6: number }>> = {
  tor: { 4: 24, 6: 48 },
  vpn: { 4: 14, 6: 24 },
  proxy: { 4: 20, 6: 40 },
  relay: { 4: 14, 6: 24 },
  hosting: { 4: 8, 6: 16 },
  crawler: { 4: 12, 6: 24 },
  gateway: { 4: 14, 6: 28 },
}

/** The largest plausible share of the IPv4 space, all ranges together. */
const LARGEST_SHARE: Readonly<Record<ListKind, number>> = {
  tor: 0.0005,
  vpn: 0.02,
  proxy: 0.005,
  relay: 0.01,
  hosting: 0.25,
  crawler: 0.02,
  gateway: 0.005,
}

/**
 * Reads a list: one entry per line, comments after `#` or `;`. Entries are addresses, CIDR ranges, `address:port`, `scheme://address:port`,
 * CSV rows (`fingerprint, ipaddr, port`: the column that is an address) or `AS64500`, with or without a name.
 *
 * Throws `FeedRefused` for any other text: empty, too long, a web page, more than one unreadable line in a hundred, fewer entries than the
 * feed's minimum, a range or a total that is too large. Special-purpose addresses are left out.
 */
export function parseFeed(feed: Feed, text: string): ParsedFeed {
  if (text.length > MAX_FEED_BYTES) throw new FeedRefused(feed.name, `longer than ${MAX_FEED_BYTES} bytes`)
  if (/^\ufeff?\s*[<{[]/.test(text)) throw new FeedRefused(feed.name, 'a web page or a document, not a list')
  const parsed: ParsedFeed = { ranges: [], networks: [] }
  let lines = 0
  let unreadable = 0
  let isFirst = true
  for (const line of text.split('\n')) {
    const entry = withoutComment(line)
    if (entry === '') continue
    const isRead = feed.lists === 'networks' ? readNetwork(entry, parsed) : readRange(feed, entry, parsed)
    // Only the header of a CSV file may be a line without an entry.
    if (!isRead && !(isFirst && /^[a-z_ ]+(,[a-z_ ]+)+$/i.test(entry))) unreadable += 1
    isFirst = false
    lines += 1
  }
  if (lines === 0) throw new FeedRefused(feed.name, 'empty')
  if (unreadable * 100 > lines) throw new FeedRefused(feed.name, `${unreadable} of ${lines} lines are not entries of such a list`)
  const entries = parsed.ranges.length + parsed.networks.length
  if (entries < feed.minimumEntries) throw new FeedRefused(feed.name, `${entries} entries where at least ${feed.minimumEntries} belong`)
  const share = parsed.ranges.reduce((sum, range) => sum + (range.version === 4 ? 2 ** -range.prefix : 0), 0)
  if (share > LARGEST_SHARE[feed.kind]) throw new FeedRefused(feed.name, `covers ${(share * 100).toFixed(1)} % of all IPv4 addresses`)
  return parsed
}

function readRange(feed: Feed, entry: string, parsed: ParsedFeed): boolean {
  const range = rangeIn(entry)
  if (range === null) return false
  if (range.prefix < WIDEST[feed.kind][range.version]) throw new FeedRefused(feed.name, `\`${entry}\` is too wide for a ${feed.kind} list`)
  if (!isSpecialPurpose({ text: '', version: range.version, words: range.first })) parsed.ranges.push(range)
  return true
}

function rangeIn(entry: string): CidrRange | null {
  const withoutScheme = entry.replace(/^[a-z0-9]+:\/\//i, '')
  if (!withoutScheme.includes(',')) return parseCidr(withoutScheme)
  for (const field of withoutScheme.split(',')) {
    const range = parseCidr(field.trim())
    if (range !== null) return range
  }
  return null
}

function readNetwork(entry: string, parsed: ParsedFeed): boolean {
  const match = /^(?:AS)?([0-9]{1,10})(?:[\s,].*)?$/i.exec(entry)
  const asn = Number(match?.[1] ?? 0)
  if (asn === 0 || asn > 4_294_967_294) return false
  parsed.networks.push(asn)
  return true
}

function withoutComment(line: string): string {
  const comment = line.search(/[#;]/)
  return (comment === -1 ? line : line.slice(0, comment)).trim()
}
