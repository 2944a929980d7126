import type { Entity } from '@sallyport/engine'
import { heapBytesOf } from './heap-bytes.ts'
import { createRecentRecords, type Remembered } from './recent-records.ts'

/** Something whose remembered value is in memory: as text, as the engine reads it, or both. */
export interface ValueHolder {
  /** The value as its row has it. `null`: nothing is remembered. `undefined`: not made since the value changed. */
  text: string | null | undefined
  /** The value as the engine reads it. Absent: there is none, or only its text is in memory. */
  parsed: ParsedValue | undefined
  /** The number of its last parsing among all of them. Absent: it was not parsed yet. */
  parsedAt: number | undefined
}

/** Bytes that a value takes besides itself, to be found and counted. */
const VALUE_OVERHEAD = 100

/**
 * A decision changes a value a little, so it is estimated with its first and every eighth change. To walk through it with each of them took 3 % of a decision with
 * full profiles, and as much again when only what is beside the value had changed.
 */
const CHANGES_AN_ESTIMATE = 8

export interface ParsedValue extends Remembered {
  value: Entity
  /** Bytes of the value when it was estimated last. */
  valueBytes: number
  changes: number
  readonly holder: ValueHolder
}

/**
 * A value that is needed again after more than so many others were parsed stays text. A value that is kept and hardly used costs more than parsing it: the
 * garbage collector copies it twice and walks through it (a decision on any of 20,000 users took a tenth longer).
 */
const SOON = 1_024
/** Parsings are numbered within small integers, which a record holds in place. */
const NUMBERS = 2 ** 30

/**
 * The values that are in use, as the engine reads them, up to a number of bytes. A value that is needed again soon is kept; from then on decisions read
 * and change it without parsing it or making a text. It becomes text when its row is written, or when it has not been used for a while: as text it takes a third
 * of the memory, and the garbage collector has nothing to walk through.
 *
 * Values are never changed in place: a new one shares with the old one what did not change.
 */
export interface ParsedValues {
  get(holder: ValueHolder): Entity | undefined
  /** `undefined`: nothing is remembered. */
  set(holder: ValueHolder, value: Entity | undefined): void
  /** Takes back `set`. */
  restore(holder: ValueHolder, value: Entity | undefined, text: string | null | undefined): void
  /** The value as text, which is kept until the value changes. */
  textOf(holder: ValueHolder): string | null
  /** What is kept beside the value has changed. */
  recount(holder: ValueHolder): void
}

export interface ParsedValuesDeps<Holder> {
  maxBytes: number
  /** Bytes of what is kept beside a value as long as it is in use. */
  bytesBeside?: (holder: Holder) => number
  /** The text of a holder is in memory instead of the value. */
  onText(holder: Holder): void
}

export function createParsedValues<Holder extends ValueHolder>({
  maxBytes,
  bytesBeside = () => 0,
  onText,
}: ParsedValuesDeps<Holder>): ParsedValues {
  let parsings = 0
  const recent = createRecentRecords<ParsedValue>({
    maxBytes,
    sizeOf: ({ valueBytes, holder }) => VALUE_OVERHEAD + valueBytes + bytesBeside(holder as Holder),
    forget({ holder }) {
      textOf(holder)
      holder.parsed = undefined
      onText(holder as Holder)
      return true
    },
  })

  function textOf(holder: ValueHolder): string | null {
    holder.text ??= holder.parsed === undefined ? null : JSON.stringify(holder.parsed.value)
    return holder.text
  }

  function put(holder: ValueHolder, value: Entity | undefined): void {
    const { parsed } = holder
    if (value === undefined) {
      if (parsed !== undefined) recent.remove(parsed)
      holder.parsed = undefined
    } else if (parsed === undefined) {
      holder.parsed = { wasUsed: true, bytes: 0, value, valueBytes: heapBytesOf(value), changes: 0, holder }
      recent.add(holder.parsed)
    } else {
      parsed.value = value
      parsed.wasUsed = true
      parsed.changes += 1
      if (parsed.changes % CHANGES_AN_ESTIMATE !== 0) return
      parsed.valueBytes = heapBytesOf(value)
      recent.recount(parsed)
    }
  }

  function isNeededSoon(holder: ValueHolder): boolean {
    const { parsedAt } = holder
    parsings = (parsings + 1) % NUMBERS
    holder.parsedAt = parsings
    return parsedAt !== undefined && (parsings - parsedAt + NUMBERS) % NUMBERS <= SOON
  }

  return {
    get(holder) {
      if (holder.parsed !== undefined) {
        holder.parsed.wasUsed = true
        return holder.parsed.value
      }
      if (holder.text === null || holder.text === undefined) return undefined
      const value = JSON.parse(holder.text) as Entity
      if (isNeededSoon(holder)) put(holder, value)
      return value
    },
    set(holder, value) {
      if (value === undefined) holder.text = null
      else holder.text = holder.parsed === undefined ? JSON.stringify(value) : undefined
      if (holder.parsed !== undefined) put(holder, value)
    },
    restore(holder, value, text) {
      holder.text = text
      put(holder, value)
    },
    textOf,
    recount({ parsed }) {
      if (parsed !== undefined) recent.recount(parsed)
    },
  }
}
