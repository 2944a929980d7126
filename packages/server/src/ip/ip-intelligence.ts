import type { IpFacts } from '@sallyport/engine'
import type { ParsedAddress } from '../addresses/parse-address.ts'

/** Everything the server knows about addresses, in memory. */
export interface IpIntelligence {
  /**
   * All facts of one address, in a microsecond, without I/O. A fact whose data set is missing is `unavailable`; a special-purpose address
   * has only facts about its form; the others are `not_applicable`.
   *
   * Takes what `parseClientAddress` returned, or canonical text; throws a `RangeError` for text that is not an address.
   */
  lookUp(address: ParsedAddress | string, options?: LookUpOptions): IpFacts
  /** The version of the data sets in use, short enough to store with every decision. Changes with any of them. */
  readonly dataVersion: string
  /** Every data set with its age and state, for health, the portal and `ip lookup`. */
  dataSets(): DataSetStatus[]
  /** Reads the data directory again if it changed, and replaces everything at once. Look-ups never wait. */
  refresh(): Promise<void>
}

/** IP intelligence that can also say why, for the command line and the portal. */
export interface ExplainedIpIntelligence extends IpIntelligence {
  /** What each data set says about an address, and how old the data are. Slower than a look-up. */
  evidence(address: ParsedAddress | string): Evidence[]
  /** The registered name of a network. `undefined`: it announces no address, or the data are missing. */
  networkName(asn: number): string | undefined
}

/** What one data set says about one fact. */
export interface Evidence {
  fact: string
  value: boolean | number | string
  dataSet: string
  /** Day of the data, `YYYY-MM-DD`. */
  dataDate: string
  /** How sure the data set is, from 0 to 1, where it is a list or knows what a network is for. Falls with the age of a list. */
  confidence?: number
  note?: string
}

export interface LookUpOptions {
  /** The tenant counts IP relays (iCloud Private Relay) as anonymous. */
  treatRelayAsAnonymous?: boolean
}

export interface DataSetStatus {
  /** `country`, `asn`, `networks`, `city` or the name of a feed. */
  name: string
  /** For a list: whether the one in use came with the release or was installed. */
  origin?: 'shipped' | 'installed'
  /** The facts it answers, e.g. `['isTor']`. */
  facts: string[]
  /**
   * - `current`: in use, young enough.
   * - `stale`: still used for the entries it contains; absence from it no longer counts.
   * - `absent`: never installed.
   * - `broken`: installed, but cannot be read.
   */
  state: 'current' | 'stale' | 'absent' | 'broken'
  /** Milliseconds UTC of the data itself; `null` when absent. */
  dataDate: number | null
  ageDays: number | null
  /** The age in days after which it is stale. */
  staleAfterDays: number
  /** Ranges or records in use. */
  entries: number
  source: string
  licence: string
  /** Who is to be named where its facts are shown. Absent: nobody, or the operator knows. */
  attribution?: { text: string; url?: string }
  /** Why it is `broken`; otherwise absent. */
  problem?: string
  /** The command or step that installs or updates it. */
  remedy: string
}
