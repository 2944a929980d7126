import type { DatabaseSync } from 'node:sqlite'
import { bucketOf } from '../../search/roll-up-delta.ts'
import { firstIdOf, timeOfId } from './entry-ids.ts'
import type { EntryFilter } from './event-check.ts'
import { wordTerm } from './search-terms.ts'

/** Ids, both inclusive. */
export interface IdRange {
  low: number
  high: number
}

export type Order = 'newest' | 'oldest'

/** Some ids that may match, in order. */
export interface Candidates {
  ids: readonly number[]
  /** All ids up to this one, in the order of the search, were looked at. `undefined`: all of the range. */
  end: number | undefined
}

/** Finds `count` candidates at the beginning of a range, or stops after a bounded amount of work. */
export type CandidateSource = (range: IdRange, count: number) => Candidates

/** A word with fewer places is looked up as a whole. */
const MOST_PLACES = 5_000
/** So many words with one beginning are looked for as if each were asked for. */
const MOST_WORDS = 64
/** Entries that a combination of terms is looked for among at once: some fifty milliseconds when each of them is common and none has both. */
const ENTRIES_PER_WINDOW = 500_000
/** Entries that are looked at one by one at once. */
const ENTRIES_PER_SCAN = 20_000
const WORDS_PER_SCAN = 5_000

/** Behind every term with the same beginning. */
const LAST_CHARACTER = '\u{10ffff}'

/**
 * Chooses how the entries that match are looked for: by a word that few have, else by the index of terms, else by looking at one after the other. All find
 * a superset of what matches.
 */
export function createCandidateSources(database: DatabaseSync): (tenantNo: number, filter: EntryFilter, order: Order) => CandidateSource {
  database.exec("CREATE VIRTUAL TABLE temp.word_places USING fts5vocab('main', 'terms', 'instance')")
  const selectPlaces = database.prepare(`SELECT doc FROM word_places WHERE term >= ? AND term < ? LIMIT ${MOST_PLACES + 1}`)
  selectPlaces.setReturnArrays(true)
  const selectTerm = database.prepare('SELECT term FROM word_places WHERE term >= ? AND term < ? LIMIT 1')
  const directions = { newest: createDirection(database, 'DESC'), oldest: createDirection(database, 'ASC') }

  return (tenantNo, filter, order) => {
    const direction = directions[order]
    let shortest: number[] | undefined
    const groups = [...filter.groups]
    const rest: string[] = []
    for (const word of filter.words) {
      const beginning = wordTerm(tenantNo, word)
      const places = findPlaces(beginning)
      if (places === undefined) {
        const terms = findTerms(beginning)
        if (terms === undefined) rest.push(word)
        else groups.push(terms)
      } else if (shortest === undefined || places.length < shortest.length) shortest = places
    }
    if (shortest !== undefined) return listed(shortest, order)
    if (groups.length > 0) return direction.matched(tenantNo, toExpression(groups, filter.not))
    return direction.scanned(tenantNo, filter, rest)
  }

  /** Where words with this beginning are. `undefined`: in too many places. */
  function findPlaces(beginning: string): number[] | undefined {
    const rows = selectPlaces.all(beginning, beginning + LAST_CHARACTER) as unknown as [number][]
    return rows.length > MOST_PLACES ? undefined : [...new Set(rows.map(([id]) => id))]
  }

  /** The terms with this beginning. `undefined`: there are too many. */
  function findTerms(beginning: string): string[] | undefined {
    const terms: string[] = []
    for (let from = beginning; ; ) {
      const row = selectTerm.get(from, beginning + LAST_CHARACTER)
      if (row === undefined) return terms
      if (terms.length === MOST_WORDS) return undefined
      const term = String(row.term)
      terms.push(term)
      // The least text behind it. No term has this character.
      from = `${term}\u0001`
    }
  }
}

function toExpression(groups: readonly string[][], not: readonly string[]): string {
  const either = (terms: readonly string[]) => `(${terms.map((term) => `"${term}"`).join(' OR ')})`
  const all = groups.map(either).join(' AND ')
  return not.length === 0 ? all : `(${all}) NOT ${either(not)}`
}

function listed(ids: number[], order: Order): CandidateSource {
  ids.sort(order === 'newest' ? (a, b) => b - a : (a, b) => a - b)
  return ({ low, high }, count) => {
    const inside = ids.filter((id) => id >= low && id <= high)
    return { ids: inside.slice(0, count), end: inside.length > count ? inside[count - 1] : undefined }
  }
}

function createDirection(database: DatabaseSync, sort: 'ASC' | 'DESC') {
  const isNewest = sort === 'DESC'
  // Its index uses a bound only when it is an integer, which numbers from here are not.
  const match = database.prepare(
    `SELECT rowid FROM terms WHERE terms MATCH ? AND rowid BETWEEN CAST(? AS INTEGER) AND CAST(? AS INTEGER) ORDER BY rowid ${sort} LIMIT ?`,
  )
  match.setReturnArrays(true)
  const hours = database.prepare(`SELECT at, events FROM hours WHERE tenant_no = ? AND at BETWEEN ? AND ? ORDER BY at ${sort}`)
  const behind = database.prepare(`SELECT id FROM entries WHERE tenant_no = ? AND id BETWEEN ? AND ? ORDER BY id ${sort} LIMIT 1 OFFSET ?`)

  /** The part of the range that holds so many entries, at its beginning. */
  function windowOf(tenantNo: number, { low, high }: IdRange): { window: IdRange; end: number | undefined } {
    let events = 0
    for (const hour of hours.iterate(tenantNo, bucketOf(timeOfId(low), 'hour'), timeOfId(high))) {
      events += Number(hour.events)
      if (events < ENTRIES_PER_WINDOW) continue
      const edge = isNewest ? firstIdOf(Number(hour.at)) : firstIdOf(Number(hour.at) + HOUR) - 1
      if (edge <= low || edge >= high) break
      return { window: isNewest ? { low: edge, high } : { low, high: edge }, end: edge }
    }
    return { window: { low, high }, end: undefined }
  }

  return {
    matched(tenantNo: number, expression: string): CandidateSource {
      return (range, count) => {
        const { window, end } = windowOf(tenantNo, range)
        const ids = (match.all(expression, window.low, window.high, count) as unknown as [number][]).map(([id]) => id)
        return { ids, end: ids.length === count ? ids.at(-1) : end }
      }
    },
    scanned(tenantNo: number, { addresses, not }: EntryFilter, words: readonly string[]): CandidateSource {
      const conditions: string[] = []
      const values: string[] = []
      if (addresses !== undefined) {
        conditions.push('address BETWEEN ? AND ?')
        values.push(addresses.first, addresses.last)
      }
      if (not.some((term) => term.startsWith('l'))) conditions.push('label = 0')
      if (not.some((term) => term.startsWith('x'))) conditions.push('is_disputed = 0')
      for (const word of words) {
        conditions.push('instr(words, ?) > 0')
        values.push(` ${word}`)
      }
      const inner = `SELECT id, label, is_disputed, address FROM entries WHERE tenant_no = ? AND id BETWEEN ? AND ? ORDER BY id ${sort} LIMIT ?`
      const from = words.length > 0 ? `(${inner}) CROSS JOIN words USING (id)` : `(${inner})`
      const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''
      const scan = database.prepare(`SELECT id FROM ${from} ${where} ORDER BY id ${sort} LIMIT ?`)
      return ({ low, high }, count) => {
        const most = conditions.length === 0 ? count : words.length > 0 ? WORDS_PER_SCAN : ENTRIES_PER_SCAN
        const ids = scan.all(tenantNo, low, high, most, ...values, count).map(({ id }) => Number(id))
        if (ids.length === count) return { ids, end: ids.at(-1) }
        const last = behind.get(tenantNo, low, high, most - 1)
        return { ids, end: last === undefined ? undefined : Number(last.id) }
      }
    },
  }
}

const HOUR = 60 * 60 * 1000
