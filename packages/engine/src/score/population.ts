import { type LevelValues, levels } from './levels.ts'

/**
 * What is usual across all users of a tenant: counts of the values that accepted actions had. Plain, immutable, bounded, and slightly out
 * of date (the server decides how much). It names no user and no address: long values are stored as hashes.
 */
export interface PopulationStatistics {
  /** Users with at least one accepted action. */
  readonly users: number
  /** By position in `levels`. */
  readonly levels: readonly LevelStatistics[]
}

export interface LevelStatistics {
  /** Accepted actions that had a value here. */
  readonly total: number
  readonly counts: ReadonlyMap<string | number, number>
  /** The most often that a value can have been seen which is not in `counts`. */
  readonly rest: number
  /** Different values, including those that are no longer in `counts`. */
  readonly distinct: number
}

/** What one accepted action adds to the statistics. */
export interface AcceptedSample {
  /** By position in `levels`, long values as hashes. */
  values: LevelValues
  /** The user's first. */
  isFirst: boolean
}

const emptyLevel: LevelStatistics = Object.freeze({ total: 0, counts: new Map(), rest: 0, distinct: 0 })

/** The statistics of a tenant without accepted actions. */
export const emptyPopulation: PopulationStatistics = Object.freeze({ users: 0, levels: Object.freeze(levels.map(() => emptyLevel)) })

/** An upper bound for how often the value was seen. */
export function populationCount(statistics: LevelStatistics, value: string | number): number {
  return Math.max(statistics.rest, statistics.counts.get(value) ?? 0)
}

/**
 * The share of accepted actions that have the value, in (0, 1]. It is large while few actions have been counted: then a value that is usual
 * for this user proves little.
 */
export function populationShare(statistics: LevelStatistics, value: string | number): number {
  if (statistics.total === 0) return 1
  return Math.min(1, (populationCount(statistics, value) + 1) / (statistics.total + 1))
}
