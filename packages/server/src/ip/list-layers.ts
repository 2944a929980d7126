import type { ParsedAddress } from '../addresses/parse-address.ts'
import { HALF_LIFE_DAYS, type ListKind } from './feeds.ts'
import { findValue } from './range-index.ts'
import type { LoadedFeed, RangeLists } from './range-lists.ts'

/** Lists of one origin, prepared for look-ups. Every array holds one value for each combination of lists, or one for each combination and kind. */
export interface ListLayer {
  lists: RangeLists
  /** Whether each list is in use. One of the release is not when a newer one of its name is installed, and the other way round. */
  isInUse: readonly boolean[]
  /** Kinds, as bits of `KIND_BITS`. */
  kinds: Uint8Array
  /** Kinds inferred from neighbours, as bits. */
  inferred: Uint8Array
  /** How sure the lists are of each kind, in hundredths. */
  trust: Uint8Array
}

/** A bit for each kind. */
export const KIND_BITS: Readonly<Record<ListKind, number>> = { tor: 1, vpn: 2, proxy: 4, relay: 8, hosting: 16, crawler: 32, gateway: 64 }

const KINDS = Object.keys(KIND_BITS) as ListKind[]

/** All kinds, as bits. */
export const ALL_KINDS = Object.values(KIND_BITS).reduce((bits, bit) => bits | bit, 0)

export const DAY_MS = 86_400_000

/** How sure a fresh list is of what it contains, in hundredths, and how sure an inference from it. A ranking, not a measured probability. */
const FRESH_TRUST: Readonly<Record<ListKind, number>> = { tor: 99, vpn: 95, proxy: 85, relay: 98, hosting: 80, crawler: 90, gateway: 95 }
const INFERRED_TRUST = 75

/** Trust that age can take from what a list contains: an address that was an exit a year ago is still in the network of one. */
const LOST_BY_AGE = 30

/** What absence from a fresh list of a kind adds to the trust that an address is not anonymous, in hundredths. */
const ABSENCE_TRUST: Partial<Record<ListKind, number>> = { vpn: 15, tor: 10, proxy: 5 }

export function isStale(feed: LoadedFeed, now: number): boolean {
  return now - feed.dataDate > HALF_LIFE_DAYS[feed.feed.kind] * DAY_MS
}

/** How sure a list is of an address that it contains, as a share of one. Falls with its age. */
export function trustIn(loaded: LoadedFeed, now: number): number {
  const fresh = loaded.isInferred === true ? INFERRED_TRUST : FRESH_TRUST[loaded.feed.kind]
  return Math.round(fresh - LOST_BY_AGE * (1 - freshness(loaded, now))) / 100
}

/** 1 for a list of today, 0.5 after its half-life. Our own ranges are part of the release, like our tables of networks. */
function freshness({ feed, dataDate, origin }: LoadedFeed, now: number): number {
  return origin === 'curated' ? 1 : 0.5 ** (Math.max(0, now - dataDate) / (HALF_LIFE_DAYS[feed.kind] * DAY_MS))
}

/** Prepares the lists of the release and of the data directory. A list that is there twice is used once. */
export function createLayers(shipped: RangeLists, installed: RangeLists, now: number): ListLayer[] {
  return [
    createLayer(shipped, (feed) => !isReplacedBy(installed.feeds, feed), now),
    createLayer(installed, (feed) => !isBehind(shipped.feeds, feed), now),
  ].filter(({ lists }) => lists.feeds.length > 0)
}

/** The lists in use. */
export function usedFeeds(layers: readonly ListLayer[]): LoadedFeed[] {
  return layers.flatMap(({ lists, isInUse }) => lists.feeds.filter((_, at) => isInUse[at]))
}

function createLayer(lists: RangeLists, isUsed: (feed: LoadedFeed) => boolean, now: number): ListLayer {
  const { feeds, combinations } = lists
  const isInUse = feeds.map(isUsed)
  const bitsOf = (positions: readonly number[], isInferred: boolean) =>
    positions.reduce((bits, at) => {
      const loaded = feeds[at]
      const isCounted = loaded !== undefined && isInUse[at] === true && (loaded.isInferred === true) === isInferred
      return isCounted ? bits | KIND_BITS[loaded.feed.kind] : bits
    }, 0)
  const trust = new Uint8Array(combinations.length * KINDS.length)
  combinations.forEach((positions, combination) => {
    for (const at of positions) {
      const loaded = feeds[at]
      if (loaded === undefined || isInUse[at] !== true) continue
      const place = combination * KINDS.length + KINDS.indexOf(loaded.feed.kind)
      trust[place] = Math.max(trust[place] ?? 0, Math.round(trustIn(loaded, now) * 100))
    }
  })
  return {
    lists,
    isInUse,
    kinds: Uint8Array.from(combinations, (positions) => bitsOf(positions, false)),
    inferred: Uint8Array.from(combinations, (positions) => bitsOf(positions, true)),
    trust,
  }
}

/** How sure the lists are that an address is of a kind, as a share of one. 0: no list of ranges contains it. */
export function trustInListed(layers: readonly ListLayer[], address: ParsedAddress, kind: ListKind): number {
  const at = KINDS.indexOf(kind)
  let most = 0
  for (const { lists, trust } of layers) most = Math.max(most, trust[findValue(lists.index, address) * KINDS.length + at] ?? 0)
  return most / 100
}

/** A list of the release gives way to an installed one of its name, unless that one is older or cannot be read. */
export function isReplacedBy(installed: readonly LoadedFeed[], shipped: LoadedFeed): boolean {
  return installed.some(
    ({ feed, dataDate, problem }) => feed.name === shipped.feed.name && problem === undefined && dataDate >= shipped.dataDate,
  )
}

/** An installed list gives way to one of the release that is newer, or that can be read when it cannot. */
function isBehind(shipped: readonly LoadedFeed[], installed: LoadedFeed): boolean {
  return shipped.some(
    ({ feed, dataDate, problem }) =>
      feed.name === installed.feed.name && problem === undefined && (installed.problem !== undefined || dataDate > installed.dataDate),
  )
}

/** A list for one version of IP says nothing about the other; a list of one provider says nothing about the rest. */
function isComplete({ feed, entries, problem, isInferred }: LoadedFeed, version: 4 | 6): boolean {
  return feed.isComplete && isInferred !== true && problem === undefined && entries[version] > 0
}

/**
 * The kinds for which a complete and current list can say that an address is *not* of that kind, as bits. That an address is not hosting is left to
 * its network; for one without a network only a list says so that somebody chose to install.
 */
export function absenceBits(feeds: readonly LoadedFeed[], version: 4 | 6, now: number): number {
  return feeds.reduce((bits, loaded) => {
    const { feed, origin } = loaded
    const isBelieved = feed.kind !== 'hosting' || origin === 'installed'
    return isBelieved && isComplete(loaded, version) && !isStale(loaded, now) ? bits | KIND_BITS[feed.kind] : bits
  }, 0)
}

/** What absence from all lists adds to the trust that an address is not anonymous, in hundredths. */
export function absenceTrust(feeds: readonly LoadedFeed[], version: 4 | 6, now: number): number {
  return Object.entries(ABSENCE_TRUST).reduce((sum, [kind, trust]) => {
    const lists = feeds.filter((loaded) => loaded.feed.kind === kind && isComplete(loaded, version))
    return sum + trust * Math.max(0, ...lists.map((loaded) => freshness(loaded, now)))
  }, 0)
}

/** A list that cannot be read leaves its whole kind uncertain, even beside readable lists. */
export function lostBits(feeds: readonly LoadedFeed[]): number {
  return feeds.reduce((bits, { feed, problem }) => (problem === undefined ? bits : bits | KIND_BITS[feed.kind]), 0)
}
