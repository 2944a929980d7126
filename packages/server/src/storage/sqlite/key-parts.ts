import type { DatabaseSync } from 'node:sqlite'
import { blocksFor, createKeyFilter, HASHES, type KeyFilter } from './key-filter.ts'
import type { UndoLog } from './undo-log.ts'

/**
 * The index of keys on disk, in parts by time. The newest part takes all new keys, and is small enough that what is written at once shares its pages.
 * Each part has a filter in memory, so that a look-up of a key that no part has reads no page.
 *
 * The upper bits of `instance_keys.hash` are the number of the part, so each part is a piece of the one table. Filters of closed parts are stored. One that
 * is missing is made again from its part, a little with each group; until then, look-ups read the part.
 *
 * INVARIANT: an entry of an instance is in the part whose places of the log contain the instance.
 */
export interface KeyParts {
  /** Adds the places that this hash has on disk. */
  collect(hash: number, places: number[]): void
  /** Puts an entry into the newest part. */
  insert(hash: number, seq: number): void
  erase(hash: number, seq: number): void
  /** Everything up to a place of the log is on disk. Closes the newest part when it has enough. */
  reached(through: number): void
  /** Makes or stores up to a little of a missing filter. */
  tendFilters(): void
  /** Forgets closed parts of which every instance is before a place. */
  forgetBefore(seq: number): void
}

/** A part is closed when it has so many places of the log: a sixteenth of all, within these bounds. */
export interface PartSizes {
  fewest: number
  most: number
}

const PARTS_OF_ALL = 16
export const partSizes: PartSizes = { fewest: 524_288, most: 2_097_152 }
/** What the upper bits of a hash have room for. */
const MOST_PARTS = 2_046
/** Rows read at once to make a filter: less than half a millisecond. */
const ROWS_AT_ONCE = 512

interface Part {
  number: number
  /** Its places of the log: after `after`, through `through`. */
  after: number
  through: number
  filter: KeyFilter
  /** Entries with a lower hash are all in the filter. */
  known: number
  /** Pieces of the filter that are stored. */
  stored: number
}

export interface KeyPartsDeps {
  database: DatabaseSync
  undoLog: UndoLog
  /** Up to this place of the log, everything is on disk. */
  keysThrough: number
  /** A part is closed when everything that was written at once is in it: it may have so many more. */
  entriesPerCycle: number
  sizes: PartSizes
}

export function createKeyParts({ database, undoLog, keysThrough, entriesPerCycle, sizes }: KeyPartsDeps): KeyParts {
  const inPart = 'hash = ((? << 52) | ?)'
  const select = database.prepare(`SELECT seq FROM instance_keys WHERE ${inPart}`)
  const insert = database.prepare('INSERT OR IGNORE INTO instance_keys (hash, seq) VALUES ((? << 52) | ?, ?)')
  const erase = database.prepare(`DELETE FROM instance_keys WHERE ${inPart} AND seq = ?`)
  const erasePart = database.prepare('DELETE FROM instance_keys WHERE hash >= (?1 << 52) AND hash < ((?1 + 1) << 52)')
  const read = database.prepare(
    `SELECT hash & ${HASHES - 1} FROM instance_keys WHERE hash >= ((?1 << 52) | ?2) AND hash < ((?1 + 1) << 52) ORDER BY hash LIMIT ${ROWS_AT_ONCE}`,
  )
  const insertPart = database.prepare('INSERT INTO key_parts (part, through, filter_blocks) VALUES (?, ?, ?)')
  const deletePart = database.prepare('DELETE FROM key_parts WHERE part = ?')
  const selectPieces = database.prepare('SELECT piece, bits FROM key_filters WHERE part = ? ORDER BY piece')
  const insertPiece = database.prepare('INSERT OR REPLACE INTO key_filters (part, piece, bits) VALUES (?, ?, ?)')
  const deletePieces = database.prepare('DELETE FROM key_filters WHERE part = ?')
  select.setReturnArrays(true)
  read.setReturnArrays(true)

  let closed = loadClosed()
  let newest = openPart((closed.at(-1)?.number ?? -1) + 1, closed.at(-1)?.through ?? 0, keysThrough)

  function loadClosed(): Part[] {
    let after = 0
    return database
      .prepare('SELECT part, through, filter_blocks FROM key_parts ORDER BY part')
      .all()
      .map((row) => {
        const part = toPart(Number(row.part), after, Number(row.through), Number(row.filter_blocks), 0)
        after = part.through
        loadFilter(part)
        return part
      })
  }

  /** Pieces after one that is missing are made again with it. */
  function loadFilter(part: Part): void {
    for (const { piece, bits } of selectPieces.iterate(part.number)) {
      if (piece !== part.stored || !(bits instanceof Uint8Array)) return
      part.filter.loadPiece(part.stored, bits)
      part.stored++
      part.known = knownWith(part, part.stored)
    }
  }

  function knownWith({ filter }: Part, stored: number): number {
    return stored === filter.pieces ? HASHES : filter.rangeOf(stored).from
  }

  function openPart(number: number, after: number, through: number): Part {
    const places = Math.max(sizeFor(after), through - after) + entriesPerCycle
    // Of a part that has entries already, the filter has to be made from them.
    return toPart(number, after, Number.POSITIVE_INFINITY, blocksFor(places), through > after ? 0 : HASHES)
  }

  function sizeFor(places: number): number {
    return Math.min(sizes.most, Math.max(sizes.fewest, Math.floor(places / PARTS_OF_ALL)))
  }

  function collectFrom(part: Part, hash: number, places: number[]): void {
    if (hash < part.known && !part.filter.mayHave(hash)) return
    for (const [seq] of select.all(part.number, hash) as unknown as [number][]) places.push(seq)
  }

  function partOf(seq: number): Part {
    return closed.find(({ through }) => seq <= through) ?? newest
  }

  function change<Name extends 'known' | 'stored'>(part: Part, name: Name, value: number): void {
    const before = part[name]
    part[name] = value
    undoLog.add(() => {
      part[name] = before
    })
  }

  function readOn(part: Part): void {
    const hashes = read.all(part.number, part.known) as unknown as [number][]
    for (const [hash] of hashes) part.filter.add(hash)
    const last = hashes.at(-1)
    change(part, 'known', hashes.length < ROWS_AT_ONCE || last === undefined ? HASHES : last[0] + 1)
  }

  return {
    collect(hash, places) {
      collectFrom(newest, hash, places)
      for (let index = closed.length - 1; index >= 0; index--) collectFrom(closed[index] as Part, hash, places)
    },
    insert(hash, seq) {
      insert.run(newest.number, hash, seq)
      newest.filter.add(hash)
    },
    erase(hash, seq) {
      erase.run(partOf(seq).number, hash, seq)
    },
    reached(through) {
      if (through - newest.after < sizeFor(newest.after) || newest.number === MOST_PARTS) return
      const [closedBefore, newestBefore] = [closed, newest]
      const { number, filter } = newest
      insertPart.run(number, through, filter.blocks)
      closed = [...closed, { ...newest, through }]
      newest = openPart(number + 1, through, through)
      undoLog.add(() => {
        closed = closedBefore
        newest = newestBefore
      })
    },
    tendFilters() {
      if (newest.known < HASHES) return readOn(newest)
      const part = closed.findLast(({ filter, stored }) => stored < filter.pieces)
      if (part === undefined) return
      if (part.known < part.filter.rangeOf(part.stored).to) return readOn(part)
      insertPiece.run(part.number, part.stored, part.filter.piece(part.stored))
      change(part, 'stored', part.stored + 1)
    },
    forgetBefore(seq) {
      const before = closed
      // The last one stays: it says where the newest begins.
      const gone = closed.slice(0, -1).filter(({ through }) => through < seq)
      if (gone.length === 0) return
      for (const { number } of gone) {
        for (const statement of [erasePart, deletePieces, deletePart]) statement.run(number)
      }
      closed = closed.slice(gone.length)
      undoLog.add(() => {
        closed = before
      })
    },
  }
}

function toPart(number: number, after: number, through: number, blocks: number, known: number): Part {
  return { number, after, through, filter: createKeyFilter(blocks), known, stored: 0 }
}
