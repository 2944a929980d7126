/** A thing that can be among those recently used. */
export interface Remembered {
  /** It was asked for since it was last considered for forgetting. */
  wasUsed: boolean
  /** Bytes it was counted with. */
  bytes: number
}

/**
 * The recently used ones of some things, up to a number of bytes. When there are more, the things are considered in turn, and each that was not used since
 * the last turn is forgotten ("second chance"). Cheaper than keeping the exact order, and as good here.
 *
 * INVARIANT: what has to stay stays; everything else holds at most `maxBytes`, or soon will: none that is added or counted again considers more than a few others.
 */
export interface RecentRecords<T extends Remembered> {
  add(record: T): void
  /** Takes out a thing that is among them. */
  remove(record: T): void
  /** Counts a thing again whose size has changed. */
  recount(record: T): void
}

/** Things considered for each one that is added or counted again: more than one, so that forgetting keeps up. */
const CONSIDERED = 8

export interface RecentRecordsOptions<T> {
  maxBytes: number
  sizeOf(record: T): number
  /** Lets go of a thing. `false`: it has to stay. */
  forget(record: T): boolean
}

export function createRecentRecords<T extends Remembered>({ maxBytes, sizeOf, forget }: RecentRecordsOptions<T>): RecentRecords<T> {
  const records = new Set<T>()
  let bytes = 0
  // In the order of their coming; the iterator sees what is added and removed meanwhile.
  let turn = records.values()

  function recount(record: T): void {
    const before = record.bytes
    record.bytes = sizeOf(record)
    bytes += record.bytes - before
    forgetSome()
  }

  function remove(record: T): void {
    records.delete(record)
    bytes -= record.bytes
  }

  function forgetSome(): void {
    for (let considered = 0; considered < CONSIDERED && bytes > maxBytes; considered++) {
      const { value: record, done } = turn.next()
      if (done) turn = records.values()
      else if (record.wasUsed) record.wasUsed = false
      else if (forget(record)) remove(record)
    }
  }

  return {
    add(record) {
      records.add(record)
      // Not forgotten before it had a turn.
      record.wasUsed = true
      record.bytes = 0
      recount(record)
    },
    remove,
    recount,
  }
}
