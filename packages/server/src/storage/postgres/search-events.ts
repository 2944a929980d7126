import type { Instance } from '@sallyport/engine'
import { decodeBody } from '../instance-row.ts'
import { type PreparedFilter, prepareFilter } from '../search/matches-filter.ts'
import { isUnindexed, matchesInstance } from '../search/matches-instance.ts'
import type { EventPage, EventQuery } from '../searching-store.ts'
import { candidateTimes, countCandidates, countedEnds, type Span } from './candidate-times.ts'
import type { Connections, Run } from './connections.ts'
import { createParameters } from './entry-conditions.ts'
import { monthAt } from './partitions.ts'
import { isCancelled } from './postgres-errors.ts'
import { type Driver, type FoundRow, placeOf, type Range, type Scan, scanEntries } from './scan-entries.ts'
import { decodePlace, encodePlace, type Place } from './search-place.ts'
import type { SharedDictionary } from './shared-dictionary.ts'
import { toWordQuery } from './words-of-tenant.ts'

/** Entries that the first statement looks at, as a multiple of those that are wanted. The next one looks at as many as are needed if it goes on like this. */
const FIRST_ROWS = 4
/** Entries that one statement looks at, at most: some 20 ms where they lie side by side, and where each is on a page of its own. */
const ROWS_BY_TIME = 10_000
const ROWS_BY_KEY = 2_000
/** Entries of a range of addresses that are read for each page. A range that has more is so common that a look through time finds it. */
const ROWS_UNSORTED = 4_000
/** Entries in which the words of a search are counted. */
const SAMPLE = 500
/** A filter that fewer instances hold for than this is looked for where the counts say they are, also those of one address, device or user. */
const RARE = 200
/** Instances that are read by one statement, at least, for a filter that no index knows. */
const UNINDEXED_AT_ONCE = 200
/** A page is returned, full or not, when it took so long. */
const PAGE_MS = 100
/** Entries with a word, of one month, are found in this time, or what is left of the page's, or in the order of time. */
const WORDS_MS = { least: 20, most: 70 }

export interface SearchDeps {
  connections: Connections
  dictionary: SharedDictionary
  nameOf: (text: string) => string
}

/** One page of a search. */
export async function searchEvents(deps: SearchDeps, tenantId: string, query: EventQuery): Promise<EventPage> {
  const filter = prepareFilter(query.filter)
  const search = await begin(deps, tenantId, query, filter)
  if (search === undefined) return { events: [] }
  const driver = await chooseDriver(deps, search.range, filter)
  const isOver = driver === 'words' ? await searchWords(search) : await searchBy(search, driver)
  const { found, place } = search
  const events = found.slice(0, query.limit).map(({ instance }) => instance)
  const last = found[query.limit - 1]
  if (last !== undefined && found.length > query.limit) return { events, next: encodePlace(last.place) }
  if (isOver || place === undefined) return { events }
  return { events, next: encodePlace(place), searchedTo: place[0] }
}

/** A search under way. */
interface Search {
  deps: SearchDeps
  filter: PreparedFilter
  /** One more than asked for: it shows whether there is a next page. */
  wanted: number
  /** Entries that the next statement looks at, if it may. */
  rows: number
  /** What is left to look at. */
  range: Range
  found: { instance: Instance; place: Place }[]
  /** The last place that was looked at. */
  place: Place | undefined
  stopAt: number
}

async function begin(
  deps: SearchDeps,
  tenantId: string,
  { order, limit, after }: EventQuery,
  filter: PreparedFilter,
): Promise<Search | undefined> {
  const tenantNo = await findTenantNo(deps, tenantId)
  if (tenantNo === undefined || filter.actions?.length === 0 || filter.states?.length === 0) return undefined
  const place = after === undefined ? undefined : decodePlace(after)
  const [from, to] = [filter.from ?? Number.MIN_SAFE_INTEGER, filter.to ?? Number.MAX_SAFE_INTEGER]
  const range: Range = { tenantId, tenantNo, order, from: Math.ceil(from), to: Math.ceil(to), after: place }
  return {
    deps,
    filter,
    wanted: limit + 1,
    rows: FIRST_ROWS * (limit + 1),
    range: place === undefined ? range : behind(range, place),
    found: [],
    place,
    stopAt: performance.now() + PAGE_MS,
  }
}

async function findTenantNo({ dictionary, connections }: SearchDeps, tenantId: string): Promise<number | undefined> {
  const known = dictionary.findNumber(tenantId)
  if (known !== undefined) return known
  const select = { name: 'select_text_number', text: 'SELECT number FROM dictionary WHERE text = $1', isRead: true }
  return (await connections.run<{ number: number }>(select, [tenantId])).rows[0]?.number
}

async function chooseDriver({ connections }: SearchDeps, range: Range, filter: PreparedFilter): Promise<Driver> {
  if (filter.userId !== undefined) return 'user'
  const { addresses } = filter
  if (addresses !== undefined && addresses.first === addresses.last) return 'address'
  if (filter.deviceId !== undefined) return 'device'
  if (filter.isDisputed === true) return 'disputed'
  if (filter.label !== undefined && filter.label !== 'none') return 'label'
  if (addresses !== undefined && (await isNarrow(connections.run, range, addresses))) return 'addresses'
  return filter.words.length > 0 ? 'words' : withoutWords(filter)
}

function withoutWords({ states }: PreparedFilter): 'state' | 'time' {
  return states?.length === 1 && states[0] !== 'ALLOW' ? 'state' : 'time'
}

const selectFew = {
  name: 'count_few_addresses',
  text: `SELECT count(*) AS few FROM (
    SELECT 1 FROM event_index WHERE tenant_id = $1 AND address >= $2 AND address <= $3 AND created_at >= $4 AND created_at < $5
    LIMIT ${ROWS_UNSORTED}) AS e`,
  isRead: true,
}

async function isNarrow(run: Run, { tenantId, from, to }: Range, { first, last }: { first: string; last: string }): Promise<boolean> {
  const { rows } = await run<{ few: number }>(selectFew, [tenantId, first, last, from, to])
  return (rows[0]?.few ?? 0) < ROWS_UNSORTED
}

/** What the counts can tell apart. */
function isCounted({ actions, states, ruleId, label }: PreparedFilter): boolean {
  return actions !== undefined || states !== undefined || ruleId !== undefined || label !== undefined
}

/** Returns whether everything was looked at. */
async function searchBy(search: Search, driver: Exclude<Driver, 'words'>): Promise<boolean> {
  const { deps, filter } = search
  if (!isCounted(filter)) return searchSpan(search, driver, search.range)
  const { run } = deps.connections
  // What is common is found at once. What is not is worth a look at the counts.
  if (await scanOnce(search, driver, search.range)) return true
  if (isDone(search)) return false
  const isCommon = driver === 'time' ? search.rows < ROWS_BY_TIME : (await countCandidates(run, deps.nameOf, search.range, filter)) > RARE
  if (isCommon) return searchSpan(search, driver, search.range)
  return searchCandidates(search, driver)
}

/** Looks where the counts know of events that the filter may hold for. Returns whether everything was looked at. */
async function searchCandidates(search: Search, driver: Driver): Promise<boolean> {
  const { deps, filter, range } = search
  for await (const span of candidateTimes(deps.connections.run, deps.nameOf, range, filter)) {
    if (!(await searchSpan(search, driver, span)) || isDone(search)) return false
  }
  return true
}

/**
 * What is common is found among the latest entries. Where the counts know of few events that the rest of the filter holds for, the words are looked for in
 * those. Otherwise they are found by their index, month by month, as that has no order. Where even so there is too much of it, by time again.
 */
async function searchWords(search: Search): Promise<boolean> {
  const { deps, filter } = search
  const { run } = deps.connections
  for (let looked = 0; looked < ROWS_BY_KEY; ) {
    search.rows = Math.min(search.rows, ROWS_BY_KEY)
    looked += search.rows
    if (await scanOnce(search, 'time', search.range)) return true
    if (search.found.length >= search.wanted) return false
  }
  if (isCounted(filter)) {
    const driver = withoutWords(filter)
    const candidates = await countCandidates(run, deps.nameOf, search.range, filter)
    if (driver === 'state' && candidates <= ROWS_BY_KEY) return searchSpan(search, driver, search.range)
    if (candidates <= RARE) return searchCandidates(search, driver)
  }
  const ends = await countedEnds(run, search.range.tenantId)
  if (ends === undefined) return true
  search.range.word = await rarestWord(search)
  for (;;) {
    const [from, to] = [Math.max(search.range.from, ends.from), Math.min(search.range.to, ends.to)]
    if (from >= to) return true
    const month = monthAt(search.range.order === 'newest' ? to - 1 : from)
    const driver = (await tryWords(search, month)) ? 'words' : 'time'
    // The look for the word may have taken the rest of the time.
    if (driver === 'time' && (isDone(search) || !(await searchSpan(search, 'time', month)))) return false
    if (isDone(search)) return false
  }
}

/** The word that the fewest of the latest entries have. The index would read all entries of each word, so the others are looked for in those of this one. */
async function rarestWord({ deps, filter: { words }, range: { tenantId, tenantNo } }: Search): Promise<string | undefined> {
  if (words.length < 2) return words[0]
  const { values, add } = createParameters()
  const tenant = add(tenantId)
  const counts = words.map((word, n) => `count(*) FILTER (WHERE words @@ ${add(toWordQuery(tenantNo, [word]))}::tsquery) AS c${n}`)
  const text = `SELECT ${counts.join(', ')} FROM
    (SELECT words FROM event_index WHERE (tenant_id || '') = ${tenant} ORDER BY created_at DESC LIMIT ${SAMPLE}) AS latest`
  const { rows } = await deps.connections.run<number[]>({ name: deps.nameOf(text), text, rowMode: 'array', isRead: true }, values)
  const [found = []] = rows
  return words.toSorted((a, b) => (found[words.indexOf(a)] ?? 0) - (found[words.indexOf(b)] ?? 0) || b.length - a.length)[0]
}

/** Looks through a part of the range. Returns whether it came to its end, and there is time to go on. */
async function searchSpan(search: Search, driver: Driver, span: Span): Promise<boolean> {
  for (;;) {
    if (await scanOnce(search, driver, span)) return true
    if (isDone(search)) return false
  }
}

function isDone({ found, wanted, stopAt }: Search): boolean {
  return found.length >= wanted || performance.now() >= stopAt
}

/** Looks at some entries of a part of the range. Returns whether that was all of the part. */
async function scanOnce(search: Search, driver: Driver, span: Span): Promise<boolean> {
  const { range } = search
  const part = { ...range, from: Math.max(range.from, span.from), to: Math.min(range.to, span.to) }
  if (part.from >= part.to) return true
  // Most of what the index finds may have to be left out.
  const wanted = Math.max(search.wanted - search.found.length, isUnindexed(search.filter) ? UNINDEXED_AT_ONCE : 0)
  const { found, end } = await scan(search, driver, part, wanted)
  search.rows = found.length === 0 ? ROWS_BY_TIME : Math.ceil((2 * search.rows * wanted) / found.length)
  await keep(search, found)
  const last = found.at(-1)
  if (last !== undefined && found.length === wanted) leave(search, placeOf(last))
  else if (end !== undefined) leave(search, end)
  else {
    leave(search, [range.order === 'newest' ? part.from : part.to, '', '', ''])
    return true
  }
  return false
}

function scan({ deps, filter, rows, stopAt }: Search, driver: Driver, part: Range, limit: number): Promise<Scan> {
  const { connections, nameOf } = deps
  // Those without an order are read whole.
  const most = driver === 'time' ? ROWS_BY_TIME : ROWS_BY_KEY
  const size = { rows: driver === 'addresses' || driver === 'words' ? ROWS_UNSORTED : Math.max(limit, Math.min(rows, most)), limit }
  if (driver !== 'words') return scanEntries(connections.run, nameOf, driver, part, filter, size)
  const ms = Math.round(Math.min(WORDS_MS.most, Math.max(WORDS_MS.least, stopAt - performance.now())))
  return connections.inTransaction(async (run) => {
    await run({ name: '', text: `SET LOCAL statement_timeout = ${ms}` }, [])
    return scanEntries(run, nameOf, driver, part, filter, size)
  })
}

/** Returns whether it could be done in time. */
async function tryWords(search: Search, month: Span): Promise<boolean> {
  try {
    while (!(await scanOnce(search, 'words', month)) && !isDone(search));
    return true
  } catch (error) {
    if (isCancelled(error)) return false
    throw error
  }
}

/** Adds what was found, as it is now: an instance may have changed since its entry was made. */
async function keep({ deps, filter, range, found }: Search, rows: readonly FoundRow[]): Promise<void> {
  const { tenantId } = range
  const decoded = await deps.dictionary.decode(() =>
    rows.flatMap((row) => {
      const { user_id: userId, action, idempotency_key: idempotencyKey, created_at, body } = row
      if (body === null) return []
      const instance = decodeBody({ tenantId, userId, action, idempotencyKey }, created_at, body, deps.dictionary)
      return [{ instance, place: placeOf(row) }]
    }),
  )
  found.push(...decoded.filter(({ instance }) => matchesInstance(instance, filter)))
}

/** What is behind a place is left. */
function leave(search: Search, place: Place): void {
  search.place = place
  search.range = behind(search.range, place)
}

function behind(range: Range, after: Place): Range {
  const [at, userId] = after
  // Without a user, everything of that time is done.
  if (range.order === 'newest') return { ...range, after, to: Math.min(range.to, userId === '' ? at : at + 1) }
  return { ...range, after, from: Math.max(range.from, at) }
}
