import type { IpFacts } from '@sallyport/engine'
import type { ParsedAddress } from '../addresses/parse-address.ts'

/** Everything the server knows about addresses, in memory. */
export interface IpIntelligence {
  /**
   * All facts of one address, in a microsecond, without I/O. A fact whose data set is missing is `unavailable`; a special-purpose address
   * has facts of form only, the others are `not_applicable`.
   *
   * Takes what `parseClientAddress` returned, or canonical text; throws a `RangeError` for text that is no address.
   */
  lookUp(address: ParsedAddress | string, options?: LookUpOptions): IpFacts
  /** Names the data sets in force, short enough to keep with every decision. Changes when any of them does. */
  readonly dataVersion: string
  /** Every data set with its age and state, for health, the portal and `ip lookup`. */
  dataSets(): DataSetStatus[]
  /** Reads the data directory again when something in it changed, and swaps all of it at once. Look-ups never wait. */
  refresh(): Promise<void>
}

/** IP intelligence that can also say why, for people: the command line, the portal. */
export interface ExplainedIpIntelligence extends IpIntelligence {
  /** Which data set says what of an address, and how old it is. Slower than a look-up. */
  evidence(address: ParsedAddress | string): Evidence[]
}

/** One data set's word on one fact. */
export interface Evidence {
  fact: string
  value: boolean | number | string
  dataSet: string
  /** Day of the data, `YYYY-MM-DD`. */
  dataDate: string
  note?: string
}

export interface LookUpOptions {
  /** The tenant counts IP relays (iCloud Private Relay) as anonymous. */
  treatRelayAsAnonymous?: boolean
}

export interface DataSetStatus {
  /** `country`, `asn`, `networks`, `city` or the name of a feed. */
  name: string
  /** Which facts it answers, e.g. `['isTor']`. */
  facts: string[]
  /**
   * - `current`: in use, young enough.
   * - `stale`: in use for what it contains, no longer for what it does not.
   * - `absent`: never installed.
   * - `broken`: it was installed and cannot be read now.
   */
  state: 'current' | 'stale' | 'absent' | 'broken'
  /** Milliseconds UTC of the data itself; `null` when absent. */
  dataDate: number | null
  ageDays: number | null
  /** Older than this many days is stale. */
  staleAfterDays: number
  /** Ranges or records in use. */
  entries: number
  source: string
  licence: string
  /** Why it is `broken`. */
  problem?: string
  /** What gets it, or a newer one. */
  remedy: string
}
