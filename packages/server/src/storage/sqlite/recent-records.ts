/** What a map of recently used things needs to know of one. */
export interface Sized {
  readonly name: string
}

/**
 * Things by name, the recently used ones, up to a number of bytes: two generations, and when the younger is full it becomes the older, and the older
 * is forgotten. What was used meanwhile has moved to the younger. Cheaper than keeping the exact order, and as good here.
 *
 * INVARIANT: both generations together hold at most `maxBytes`, as `sizeOf` counts when a thing enters.
 */
export interface RecentRecords<T extends Sized> {
  get(name: string): T | undefined
  add(record: T): void
}

export function createRecentRecords<T extends Sized>(maxBytes: number, sizeOf: (record: T) => number): RecentRecords<T> {
  let younger = new Map<string, T>()
  let older = new Map<string, T>()
  let youngerBytes = 0

  function add(record: T): void {
    younger.set(record.name, record)
    youngerBytes += sizeOf(record)
    if (youngerBytes * 2 < maxBytes) return
    older = younger
    younger = new Map()
    youngerBytes = 0
  }

  return {
    get(name) {
      const young = younger.get(name)
      if (young !== undefined) return young
      const old = older.get(name)
      if (old !== undefined) add(old)
      return old
    },
    add,
  }
}
