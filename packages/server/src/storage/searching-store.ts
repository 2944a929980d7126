import type { Instance, LabelValue, Outcome, State } from '@sallyport/engine'

/** The instances that are asked for. Members that are absent ask nothing; all that are present must hold. */
export interface EventFilter {
  userId?: string
  /** The first and the last address of a range, both in canonical form and of one family. One address: twice the same. */
  ipAddresses?: { first: string; last: string }
  deviceId?: string
  /** Any of these. */
  actions?: readonly string[]
  states?: readonly State[]
  /** A rule that matched, wherever it stood among those that did. */
  ruleId?: string
  /** The rule that gave the outcome. `null`: none did. */
  decidedBy?: string | null
  /** Exactly one active rule matched, or more or fewer did. */
  hasOneRule?: boolean
  /** A rule in shadow mode that would have matched. */
  shadowRuleId?: string
  /** Any of these, as decided at first. */
  outcomes?: readonly Outcome[]
  /** Comparisons with the custom data that were tracked. */
  custom?: readonly CustomComparison[]
  /** `none`: nobody and nothing has said what it was. */
  label?: LabelValue | 'none'
  isDisputed?: boolean
  /** Any of these countries of the address (ISO 3166-1 alpha-2); `null`: not known. */
  countries?: readonly (string | null)[]
  /** Milliseconds UTC, inclusive and exclusive, of when it was tracked. */
  from?: number
  to?: number
  /**
   * Words. Each is found at the beginning of a word of what was tracked: the user's id, e-mail or name, the key, the custom data, the address, the device.
   * E-mail and name are those the user had when the read side last looked at the instance. `search/words-of.ts` says what a word is.
   */
  text?: string
}

/** A number is compared by its size; any value is equal to its own text. A list holds when one of its items does. */
export interface CustomComparison {
  name: string
  operator: '=' | '>' | '>=' | '<' | '<='
  value: string
}

/**
 * A place in the order of a search. Text that only the store reads. It stays valid while instances come, change or are erased: going on from it neither
 * repeats nor skips one that stays. Any other text is refused (`UnknownPlaceError`).
 */
export type EventPlace = string

export interface EventQuery {
  filter: EventFilter
  /** By the time they were tracked. */
  order: 'newest' | 'oldest'
  /** At most so many, at least 1. */
  limit: number
  /** Where an earlier page ended. Absent: from the beginning. */
  after?: EventPlace
}

export interface EventPage {
  /** As they are now. A page may be shorter than the limit, even empty, and yet have a `next`: a search stops after a bounded amount of work. */
  events: readonly Instance[]
  /** Absent: there are no more. */
  next?: EventPlace
  /** Milliseconds UTC: everything up to this time, in the order of the query, was looked at. Absent: everything was. */
  searchedTo?: number
}

/** What instances of one bucket are told apart by. */
export type RollUpPart = 'action' | 'outcome' | 'state' | 'ruleId' | 'country' | 'label'

export interface RollUpQuery<Part extends string = RollUpPart> {
  /** Milliseconds UTC, inclusive and exclusive. Every bucket that has a part of the window is counted as a whole. Days are those of UTC. */
  from: number
  to: number
  bucket: 'hour' | 'day'
  /** Any of these. Absent: all. */
  actions?: readonly string[]
  /** Only these parts are told apart, and the answer has no others: fewer rows. Absent: all of them. */
  by?: readonly Part[]
}

/** How many instances of one bucket have all of this in common. Counted by their present state: one that is settled moves, one that is erased goes. */
export interface RollUp {
  /** Milliseconds UTC: the beginning of the bucket. */
  at: number
  action: string
  outcome: Outcome
  state: State
  /** The rule that gave the outcome. `null`: none did. */
  ruleId: string | null
  /** Of the address. `null`: not known. */
  country: string | null
  label: LabelValue | null
  events: number
}

export type RuleRollUpPart = 'action' | 'ruleId' | 'part' | 'state' | 'label'

/** How many instances of one bucket a rule was part of. One instance counts for each of its rules. */
export interface RuleRollUp {
  at: number
  action: string
  ruleId: string
  /** `matched`: it matched, first or not. `shadow`: it would have. `undetermined`: nobody can say. */
  part: 'matched' | 'shadow' | 'undetermined'
  state: State
  label: LabelValue | null
  events: number
}

/**
 * The read side of a store: an index of all instances and their counts, made in the background from what decisions left. Promises, held by the contract
 * suite:
 *
 * - What is on disk is found within a second, and so is each later change. On a store under full load it may take longer; nothing is ever left out.
 * - Each instance is counted once, by what it is now: after a crash, a move to another store, a restored backup, a settlement, an erasure.
 * - Everything here is of one tenant.
 * - No call reads more than a bounded number of rows, however many there are.
 */
export interface SearchingStore {
  searchEvents(tenantId: string, query: EventQuery): Promise<EventPage>

  /** Ordered by time. */
  rollUps<Part extends RollUpPart = RollUpPart>(tenantId: string, query: RollUpQuery<Part>): Promise<Pick<RollUp, Part | 'at' | 'events'>[]>
  ruleRollUps<Part extends RuleRollUpPart = RuleRollUpPart>(
    tenantId: string,
    query: RollUpQuery<Part>,
  ): Promise<Pick<RuleRollUp, Part | 'at' | 'events'>[]>

  /** Resolves when everything that was on disk at the call can be found. */
  foldReadSide(): Promise<void>

  /** How far the read side is behind, for metrics: milliseconds since the oldest change that it does not know; 0: none. */
  readSideLagMs(): Promise<number>
}
