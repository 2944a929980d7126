import type { DatabaseSync } from 'node:sqlite'

/** Ids in one millisecond: a whole number of them, times the milliseconds until the year 2100, is exact. */
const PER_MILLISECOND = 2048

/** The first id of a time; that of the next millisecond is the first one behind it. */
export function firstIdOf(at: number): number {
  return at * PER_MILLISECOND
}

export function timeOfId(id: number): number {
  return Math.floor(id / PER_MILLISECOND)
}

/**
 * The ids of entries, which sort as their times do. An id follows from time and place in the log, so that it is the same when the file is made again; only
 * when another entry has it already, the next free one is taken and written down.
 */
export interface EntryIds {
  idOf(seq: number, at: number): number
  /** An id for a new entry. `isTaken` knows of ids that are not in the file yet. */
  choose(seq: number, at: number, isTaken: (id: number) => boolean): number
  forget(seq: number): void
}

export function createEntryIds(database: DatabaseSync): EntryIds {
  const findDisplaced = database.prepare('SELECT id FROM displaced WHERE seq = ?')
  const displace = database.prepare('INSERT INTO displaced (seq, id) VALUES (?, ?)')
  const forget = database.prepare('DELETE FROM displaced WHERE seq = ?')
  const findTaken = database.prepare('SELECT 1 FROM words WHERE id = ?')
  const ownId = (seq: number, at: number) => firstIdOf(at) + (seq % PER_MILLISECOND)
  /** Where the last search for a free id ended: the next one of the same time need not begin before. */
  let crowded = { at: Number.NaN, tried: 1 }

  return {
    idOf(seq, at) {
      const row = findDisplaced.get(seq)
      return row === undefined ? ownId(seq, at) : Number(row.id)
    },
    choose(seq, at, isTaken) {
      const own = ownId(seq, at)
      let id = own
      let tried = crowded.at === at ? crowded.tried : 1
      for (; isTaken(id) || findTaken.get(id) !== undefined; tried++) {
        // Around within the millisecond first, then on into the next ones.
        id = tried < PER_MILLISECOND ? firstIdOf(at) + ((seq + tried) % PER_MILLISECOND) : firstIdOf(at) + tried
      }
      if (id !== own) {
        displace.run(seq, id)
        crowded = { at, tried }
      }
      return id
    },
    forget(seq) {
      forget.run(seq)
    },
  }
}
