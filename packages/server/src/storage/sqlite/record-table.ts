import { copyInto } from './copy-into.ts'
import { createTextStore } from './text-store.ts'

/** What a record says besides its texts. */
export interface RecordNumbers {
  /** Row number in the database, 0 for none yet. */
  id: number
  isStored: boolean
  head: number
  asOf: number
  /** 0: never. */
  parsedAt: number
}

/**
 * Records by name, up to a number of bytes: their numbers in flat arrays, and their texts outside V8's heap. However many there are, V8's collector has little to
 * walk through; 100,000 users were two million objects (`docs/benchmarks/start-memory-size.md`).
 *
 * When there are more, the records are considered in turn, and each that was not looked up since the last turn is forgotten ("second chance").
 *
 * INVARIANT: a record that is held or dirty stays; everything else takes at most `maxBytes`, or soon will: none that is added or written considers more than a few others.
 */
export interface RecordTable {
  /** Records that are newer than their row in the database. */
  readonly dirtyCount: number
  /** The record's number, which it has until it is forgotten. */
  find(name: string): number | undefined
  /** Makes an empty record, held. */
  add(name: string): number
  nameOf(no: number): string
  read(no: number): RecordNumbers
  write(no: number, numbers: RecordNumbers): void
  /** The value as its row in the database has it. `null`: nothing is remembered. */
  textOf(no: number): string | null
  setText(no: number, text: string | null): void
  /** What is kept beside the value. `null`: nothing is. */
  factsOf(no: number): string | null
  setFacts(no: number, text: string | null): void
  hold(no: number): void
  /** It may be forgotten, unless it is dirty. */
  release(no: number): void
  isDirty(no: number): boolean
  /** Newer than its row with this number in the database, or than no row. */
  markDirty(no: number, id: number): void
  markClean(no: number): void
  /** Numbers of the dirty ones, in the order of their rows in the database. */
  dirtyInOrder(): Uint32Array
  names(): Iterable<string>
}

/** Bytes that a record takes besides its texts: a header of its name, its place in the map, and its numbers (`docs/benchmarks/start-memory-size.md`). */
const RECORD_BYTES = 140
/** Records considered for each one that is added or written: more than one, so that forgetting keeps up. */
const CONSIDERED = 8

const FEWEST = 1_024
/** The place of a text that is not there. */
const NONE = -1

const STORED = 1
const DIRTY = 2
const HELD = 4
/** Looked up since it was last considered for forgetting. */
const USED = 8

export function createRecordTable(maxBytes: number): RecordTable {
  const numbers = new Map<string, number>()
  const names: (string | undefined)[] = []
  const store = createTextStore()
  /** Numbers that no record has. */
  const free: number[] = []
  let flags = new Uint8Array(FEWEST)
  let ids = new Float64Array(FEWEST)
  let heads = new Float64Array(FEWEST)
  let asOfs = new Float64Array(FEWEST)
  let parsings = new Int32Array(FEWEST)
  let texts = new Int32Array(FEWEST)
  let facts = new Int32Array(FEWEST)
  let bytes = 0
  let dirtyCount = 0
  /** The record that was considered last. */
  let turn = 0

  function grow(): void {
    const length = 2 * flags.length
    flags = copyInto(new Uint8Array(length), flags)
    ids = copyInto(new Float64Array(length), ids)
    heads = copyInto(new Float64Array(length), heads)
    asOfs = copyInto(new Float64Array(length), asOfs)
    parsings = copyInto(new Int32Array(length), parsings)
    texts = copyInto(new Int32Array(length), texts)
    facts = copyInto(new Int32Array(length), facts)
  }

  function has(no: number, flag: number): boolean {
    return ((flags[no] as number) & flag) !== 0
  }

  function set(no: number, flag: number): void {
    flags[no] = (flags[no] as number) | flag
  }

  function unset(no: number, flag: number): void {
    flags[no] = (flags[no] as number) & ~flag
  }

  function getAt(place: number): string | null {
    return place === NONE ? null : store.get(place)
  }

  /** Returns the place of the new text, if there is one. */
  function replaceAt(place: number, text: string | null): number {
    if (place !== NONE) {
      bytes -= store.bytesAt(place)
      store.remove(place)
    }
    if (text === null) return NONE
    const put = store.put(text)
    bytes += store.bytesAt(put)
    return put
  }

  function forgetSome(): void {
    for (let considered = 0; considered < CONSIDERED && bytes > maxBytes; considered++) {
      turn = (turn + 1) % names.length
      if (names[turn] === undefined || has(turn, DIRTY | HELD)) continue
      if (has(turn, USED)) unset(turn, USED)
      else forget(turn)
    }
  }

  function forget(no: number): void {
    const name = names[no] as string
    replaceAt(texts[no] as number, null)
    replaceAt(facts[no] as number, null)
    bytes -= RECORD_BYTES + name.length
    numbers.delete(name)
    names[no] = undefined
    free.push(no)
  }

  return {
    get dirtyCount() {
      return dirtyCount
    },
    find(name) {
      const no = numbers.get(name)
      if (no !== undefined) set(no, USED)
      return no
    },
    add(name) {
      const no = free.pop() ?? names.length
      if (no >= flags.length) grow()
      numbers.set(name, no)
      names[no] = name
      // Not forgotten before it had a turn.
      flags[no] = HELD | USED
      ids[no] = heads[no] = asOfs[no] = parsings[no] = 0
      texts[no] = facts[no] = NONE
      bytes += RECORD_BYTES + name.length
      forgetSome()
      return no
    },
    nameOf: (no) => names[no] as string,
    read: (no) => ({
      id: ids[no] as number,
      isStored: has(no, STORED),
      head: heads[no] as number,
      asOf: asOfs[no] as number,
      parsedAt: parsings[no] as number,
    }),
    write(no, { id, isStored, head, asOf, parsedAt }) {
      if (isStored) set(no, STORED)
      else unset(no, STORED)
      ids[no] = id
      heads[no] = head
      asOfs[no] = asOf
      parsings[no] = parsedAt
    },
    textOf: (no) => getAt(texts[no] as number),
    setText(no, text) {
      texts[no] = replaceAt(texts[no] as number, text)
      forgetSome()
    },
    factsOf: (no) => getAt(facts[no] as number),
    setFacts(no, text) {
      facts[no] = replaceAt(facts[no] as number, text)
      forgetSome()
    },
    hold: (no) => set(no, HELD),
    release: (no) => unset(no, HELD),
    isDirty: (no) => has(no, DIRTY),
    markDirty(no, id) {
      ids[no] = id
      if (!has(no, DIRTY)) dirtyCount += 1
      set(no, DIRTY)
    },
    markClean(no) {
      if (has(no, DIRTY)) dirtyCount -= 1
      unset(no, DIRTY)
    },
    dirtyInOrder() {
      const found = new Uint32Array(dirtyCount)
      for (let no = 0, count = 0; count < dirtyCount; no++) if (has(no, DIRTY)) found[count++] = no
      return found.sort((a, b) => (ids[a] as number) - (ids[b] as number))
    },
    names: () => numbers.keys(),
  }
}
