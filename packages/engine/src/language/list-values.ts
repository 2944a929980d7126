import { countNetwork, createNetworkCounts, isInNetworks, type NetworkCounts, parseAddress } from './cidr.ts'

/** The entries of a value list. A plain set is one. */
export interface ListValues {
  readonly size: number
  has(item: string | number): boolean
  [Symbol.iterator](): Iterator<string | number>
}

/**
 * The entries of a long list. Immutable: a change makes new ones, which share the large part with the old ones, so that it costs as much as the changes since
 * that part was made, not as the whole list.
 */
export interface LayeredValues extends ListValues {
  /** Number of changes that are kept apart from the large part. */
  readonly changes: number
  /** Networks of the large part. `undefined`: no entry of it is in CIDR notation, and none is an IPv6 address. */
  readonly networks: NetworkCounts | undefined
  /** Whether an entry contains the address, or is it in another spelling. `asNetworks`: also when no entry is in CIDR notation or an IPv6 address. */
  covers(address: string, asNetworks: boolean): boolean
  /** These entries after a change. `added` are not in the list yet, `removed` are. */
  changed(added: readonly (string | number)[], removed: readonly (string | number)[]): LayeredValues
}

/** The caller does not change `base` or `networks` any more. `networks` counts all of `base`, if an entry of it is wide. */
export function createListValues(
  base: ReadonlySet<string | number>,
  networks: NetworkCounts | undefined,
  more: ReadonlySet<string | number> = new Set(),
  less: ReadonlySet<string | number> = new Set(),
): LayeredValues {
  const added = networksOf(more)
  const removed = networksOf(less)
  const wide = (networks?.wide ?? 0) + added.wide - removed.wide
  return {
    size: base.size + more.size - less.size,
    changes: more.size + less.size,
    networks,
    has: more.size + less.size === 0 ? (item) => base.has(item) : (item) => more.has(item) || (base.has(item) && !less.has(item)),
    covers(text, asNetworks) {
      if (wide === 0 && !asNetworks) return false
      const address = parseAddress(text)
      if (address === undefined) return false
      if (isInNetworks(added, address)) return true
      const large = networks ?? (asNetworks ? countsOf(base) : undefined)
      return large !== undefined && isInNetworks(large, address, removed)
    },
    *[Symbol.iterator]() {
      for (const item of base) if (!less.has(item)) yield item
      yield* more
    },
    changed(added, removed) {
      const nextMore = new Set(more)
      const nextLess = new Set(less)
      for (const item of removed) if (!nextMore.delete(item)) nextLess.add(item)
      // An entry that comes back goes to the end of the list, as in a set.
      for (const item of added) nextMore.add(item)
      return createListValues(base, networks, nextMore, nextLess)
    },
  }
}

function networksOf(entries: Iterable<string | number>): NetworkCounts {
  const counts = createNetworkCounts()
  for (const entry of entries) countNetwork(counts, entry)
  return counts
}

// Lists are shared by many rules and policy versions. The networks of a plain one are counted once.
const gathered = new WeakMap<ListValues, NetworkCounts>()

function countsOf(list: ListValues): NetworkCounts {
  const counts = gathered.get(list) ?? networksOf(list)
  gathered.set(list, counts)
  return counts
}

/**
 * How a list is asked whether one of its entries contains an address. `undefined`: no entry is in CIDR notation or an IPv6 address, so that the entries are
 * compared as they are written; with `asNetworks` an address is a network of one all the same.
 */
export function coverOf(list: ListValues, { asNetworks = false } = {}): ((address: string) => boolean) | undefined {
  if (isLayered(list)) return (address) => list.covers(address, asNetworks)
  const counts = countsOf(list)
  if (counts.wide === 0 && !asNetworks) return undefined
  return (text) => {
    const address = parseAddress(text)
    return address !== undefined && isInNetworks(counts, address)
  }
}

/** Whether an entry of a list is the text, or an address in another spelling, or a network that contains it: as `in` tests it. */
export function isListed(list: ListValues, text: string): boolean {
  return list.has(text) || coverOf(list)?.(text) === true
}

function isLayered(list: ListValues): list is LayeredValues {
  return 'covers' in list
}
