import { countNetwork, createListValues, createNetworkCounts, isCidr, type LayeredValues } from '@sallyport/engine'

export type ListItem = string | number
export type ListEntries = LayeredValues

/** As many entries are handled at once; between two such slices others have their turn. */
export const sliceSize = 2_000

/** Lets others have their turn. Absent inside a transaction, which must not wait for anything else. */
export type Pause = () => Promise<void>

export const nextTurn: Pause = () => new Promise((resolve) => setImmediate(resolve))

/** Number of changes that a loaded list keeps apart: more are merged, so that what is copied with each change stays small. */
const maxChanges = 10_000

/** The entries of an iterable, in slices. */
export async function collectEntries(items: Iterable<ListItem>, pause?: Pause): Promise<ListEntries> {
  const base = new Set<ListItem>()
  await inSlices(items, (item) => base.add(item), pause)
  return asEntries(base, pause)
}

/** The caller does not change `base` any more. */
export async function asEntries(base: ReadonlySet<ListItem>, pause?: Pause): Promise<ListEntries> {
  let cidrs = 0
  await inSlices(base, (item) => (cidrs += isCidr(item) ? 1 : 0), pause)
  if (cidrs === 0) return createListValues(base, undefined)
  const networks = createNetworkCounts()
  await inSlices(base, (item) => countNetwork(networks, item), pause)
  return createListValues(base, networks)
}

/** The entries after a change; merged into one set when too many changes are kept apart. */
export async function applyChange(items: ListEntries, { added, removed }: EntryChange, pause?: Pause): Promise<ListEntries> {
  // Its first network makes the list compare addresses in every spelling.
  const isFirstNetwork = items.networks === undefined && added.some(isCidr)
  if (!isFirstNetwork && items.changes + added.length + removed.length <= maxChanges) return items.changed(added, removed)
  const gone = new Set(removed)
  const base = new Set<ListItem>()
  await inSlices(
    items,
    (item) => {
      if (!gone.has(item)) base.add(item)
    },
    pause,
  )
  await inSlices(added, (item) => base.add(item), pause)
  return asEntries(base, pause)
}

/** `added` are not in the list yet, `removed` are. */
export interface EntryChange {
  added: readonly ListItem[]
  removed: readonly ListItem[]
}

/** Visits every item, with a pause after each slice. */
export async function inSlices<T>(items: Iterable<T>, visit: (item: T, index: number) => unknown, pause?: Pause): Promise<void> {
  let index = 0
  for (const item of items) {
    visit(item, index)
    index += 1
    if (pause !== undefined && index % sliceSize === 0) await pause()
  }
}
