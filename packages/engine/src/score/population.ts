import { type LevelValues, levels } from './levels.ts'

/**
 * What is usual for everybody of one tenant: counts of what accepted actions came with. Plain and immutable, a little old (the server says how much), and
 * bounded. It holds no user and no address: long values are there as hashes.
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
  /** A value that is not in `counts` was seen at most so often. */
  readonly rest: number
  /** Different values, those that are no longer in `counts` included. */
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

/** Nothing is known of anybody. */
export const emptyPopulation: PopulationStatistics = Object.freeze({ users: 0, levels: Object.freeze(levels.map(() => emptyLevel)) })

/** How often the value was seen, at most. */
export function populationCount(statistics: LevelStatistics, value: string | number): number {
  return Math.max(statistics.rest, statistics.counts.get(value) ?? 0)
}

/**
 * The share of accepted actions that come with the value, in (0, 1]. With few counted it is large: where little is known of everybody, that something is
 * usual for this user tells little.
 */
export function populationShare(statistics: LevelStatistics, value: string | number): number {
  if (statistics.total === 0) return 1
  return Math.min(1, (populationCount(statistics, value) + 1) / (statistics.total + 1))
}
