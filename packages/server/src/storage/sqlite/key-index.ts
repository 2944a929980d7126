import type { KeyParts } from './key-parts.ts'
import type { RowHash } from './row-hash.ts'
import type { StoreState } from './store-state.ts'
import type { UndoLog } from './undo-log.ts'

/**
 * From the hash of an instance's key to its places in the log. New entries wait in memory and are written in the order of hashes, a slice
 * with each group; after a crash those that were not written yet are made again from the log. What is on disk lies in `key-parts.ts`.
 *
 * INVARIANT: every row of the log has its entry in memory or on disk; an entry without a row, or twice, does no harm.
 */
export interface KeyIndex {
  candidates(tenantNo: number, userId: string, actionNo: number, idempotencyKey: string): number[]
  add(seq: number, tenantNo: number, userId: string, actionNo: number, idempotencyKey: string): void
  remove(seq: number, tenantNo: number, userId: string, actionNo: number, idempotencyKey: string): void
  /** Writes up to `count` entries of the cycle under way, and looks after the filters. Within a group. */
  writeSlice(count: number): void
  /** The slice is on disk. Begins a cycle when enough entries wait, or at once when asked to. Outside a group. */
  committed(lastSeq: number, beginNow: boolean): void
  /** True while a cycle is under way. */
  isWriting(): boolean
  /** The first instance that is left has this place, or will have it. Within a group. */
  forgetBefore(seq: number): void
}

type Places = number | number[]

interface Cycle {
  entries: Map<number, Places>
  order: Float64Array
  done: number
  written: number
  through: number
}

export interface KeyIndexDeps {
  parts: KeyParts
  hash: RowHash
  state: StoreState
  undoLog: UndoLog
  /** Entries kept in memory before a cycle writes them: the more at once, the more of them share a page of a large index. */
  entriesPerCycle: number
}

export function createKeyIndex({ parts, hash, state, undoLog, entriesPerCycle }: KeyIndexDeps): KeyIndex {
  /** Not yet in a cycle. */
  let waiting = new Map<number, Places>()
  /** In the cycle under way: `order[0..done)` is on disk, `order[0..written)` will be with the next commit. */
  let cycle: Cycle | undefined

  let lastHashed = { text: '', hash: hash('') }

  function hashOf(tenantNo: number, userId: string, actionNo: number, idempotencyKey: string): number {
    const text = `${tenantNo}:${actionNo}:${userId.length}:${userId}${idempotencyKey}`
    // An instance is looked for before it is added.
    if (text !== lastHashed.text) lastHashed = { text, hash: hash(text) }
    return lastHashed.hash
  }

  function removeFrom(entries: Map<number, Places>, key: number, seq: number): void {
    const before = entries.get(key)
    if (before === undefined) return
    const rest = toList(before).filter((place) => place !== seq)
    if (rest.length === 0) entries.delete(key)
    else entries.set(key, rest)
    undoLog.add(() => entries.set(key, before))
  }

  return {
    candidates(tenantNo, userId, actionNo, idempotencyKey) {
      const key = hashOf(tenantNo, userId, actionNo, idempotencyKey)
      const places: number[] = []
      parts.collect(key, places)
      const young = waiting.get(key)
      if (young !== undefined) places.push(...toList(young))
      const frozen = cycle?.entries.get(key)
      if (frozen !== undefined) places.push(...toList(frozen))
      return places
    },
    add(seq, tenantNo, userId, actionNo, idempotencyKey) {
      const key = hashOf(tenantNo, userId, actionNo, idempotencyKey)
      const before = waiting.get(key)
      const entries = waiting
      entries.set(key, before === undefined ? seq : [...toList(before), seq])
      undoLog.add(() => {
        if (before === undefined) entries.delete(key)
        else entries.set(key, before)
      })
    },
    remove(seq, tenantNo, userId, actionNo, idempotencyKey) {
      const key = hashOf(tenantNo, userId, actionNo, idempotencyKey)
      removeFrom(waiting, key, seq)
      if (cycle !== undefined) removeFrom(cycle.entries, key, seq)
      parts.erase(key, seq)
    },
    writeSlice(count) {
      parts.tendFilters()
      if (cycle === undefined) return
      const end = Math.min(cycle.order.length, cycle.done + count)
      for (const key of cycle.order.subarray(cycle.done, end)) {
        for (const seq of toList(cycle.entries.get(key) ?? [])) parts.insert(key, seq)
      }
      cycle.written = end
      if (end < cycle.order.length) return
      state.set('keys_through', cycle.through)
      parts.reached(cycle.through)
    },
    committed(lastSeq, beginNow) {
      if (cycle !== undefined) {
        cycle.done = cycle.written
        if (cycle.done === cycle.order.length) cycle = undefined
      }
      if (cycle !== undefined || waiting.size === 0) return
      if (waiting.size < entriesPerCycle && !beginNow) return
      cycle = { entries: waiting, order: Float64Array.from(waiting.keys()).sort(), done: 0, written: 0, through: lastSeq }
      waiting = new Map()
    },
    isWriting: () => cycle !== undefined,
    forgetBefore: parts.forgetBefore,
  }
}

function toList(places: Places): number[] {
  return typeof places === 'number' ? [places] : places
}
