import type { DatabaseSync } from 'node:sqlite'
import { prepareFilter } from '../../search/matches-filter.ts'
import { matchesInstance } from '../../search/matches-instance.ts'
import type { EventPage, EventQuery } from '../../searching-store.ts'
import { createCandidateSources, type IdRange } from './candidate-sources.ts'
import { firstIdOf, timeOfId } from './entry-ids.ts'
import { toEntryFilter } from './event-check.ts'
import type { LogReader, LogRow } from './log-reader.ts'
import { createEntryRows } from './stored-entry.ts'

/** A page ends when it has taken so long, and goes on with the next one. One more step comes on top. */
const MOST_MILLISECONDS = 80
/** Candidates that are looked at in one step, at least and at most. */
const [FEWEST_CANDIDATES, MOST_CANDIDATES] = [64, 512]
/** Behind every id. */
const LAST_ID = Number.MAX_SAFE_INTEGER

/** A page whose instances are still rows of the log: who asked decodes them. */
export interface RowPage extends Omit<EventPage, 'events'> {
  rows: LogRow[]
}

/** Searches the file, and takes the instances themselves from the log. Only reads. */
export function createEventSearch(database: DatabaseSync, log: LogReader): (tenantId: string, query: EventQuery) => RowPage {
  const sourceOf = createCandidateSources(database)
  const entries = createEntryRows(database)

  return (tenantId, query) => {
    database.exec('BEGIN')
    try {
      return search(tenantId, query)
    } finally {
      database.exec('COMMIT')
    }
  }

  function search(tenantId: string, { filter, order, limit, after }: EventQuery): RowPage {
    const tenantNo = log.findNumber(tenantId)
    const prepared = prepareFilter(filter)
    const wanted = tenantNo === undefined ? undefined : toEntryFilter(tenantNo, prepared, log)
    if (tenantNo === undefined || wanted === undefined) return { rows: [] }
    const startedAt = performance.now()
    const isNewest = order === 'newest'
    let range: IdRange = {
      low: firstIdOf(Math.max(0, filter.from ?? 0)),
      // One millisecond more: an entry may stand behind its own (`entry-ids.ts`).
      high: Math.min(LAST_ID, firstIdOf((filter.to ?? LAST_ID) + 1)),
    }
    if (after !== undefined) range = behind(range, toId(after))
    const source = sourceOf(tenantNo, wanted, order)
    // One more than asked for: it shows whether there is a next page.
    const found: { id: number; row: LogRow }[] = []
    while (range.low <= range.high) {
      const count = Math.min(MOST_CANDIDATES, Math.max(FEWEST_CANDIDATES, limit + 1 - found.length))
      const { ids, end } = source(range, count)
      for (const id of ids) {
        const row = rowOf(id)
        if (row === undefined) continue
        if (found.length === limit) return toPage(found, found.at(-1)?.id)
        found.push({ id, row })
      }
      if (end === undefined) break
      if (performance.now() - startedAt > MOST_MILLISECONDS) return { ...toPage(found, end), searchedTo: timeOfId(end) }
      range = behind(range, end)
    }
    return toPage(found, undefined)

    function behind({ low, high }: IdRange, id: number): IdRange {
      return isNewest ? { low, high: Math.min(high, id - 1) } : { low: Math.max(low, id + 1), high }
    }

    /** The instance of an entry, when it is there and matches as it is now. */
    function rowOf(id: number): LogRow | undefined {
      const entry = entries.find(tenantNo as number, id)
      if (entry === undefined || !wanted?.check(entry)) return undefined
      const row = log.rowAt(entry.seq)
      if (row === undefined || row.tenant_no !== tenantNo || row.created_at !== entry.at) return undefined
      return matchesInstance(log.decode(row), prepared) ? row : undefined
    }
  }
}

function toPage(found: readonly { row: LogRow }[], next: number | undefined): RowPage {
  const rows = found.map(({ row }) => row)
  return next === undefined ? { rows } : { rows, next: next.toString(36) }
}

/** A place is the id of the last entry that was looked at. */
function toId(place: string): number {
  return Number.parseInt(place, 36)
}

/** The text may be a place that a search gave. */
export function isPlace(text: string): boolean {
  return /^[0-9a-z]{1,11}$/.test(text) && Number.parseInt(text, 36) <= LAST_ID
}
