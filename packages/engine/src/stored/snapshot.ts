import type { UserFacts } from '../facts/user-facts.ts'
import type { PopulationStatistics } from '../score/population.ts'
import type { Entity, EntityKind } from './entity.ts'

/** The stored state that one decision may read. */
export interface Snapshot {
  user: UserFacts
  /** By kind; absent = nothing is remembered yet. */
  entities: Readonly<Partial<Record<EntityKind, Entity>>>
  /** What is usual across all users of the tenant. Absent: nothing is known. */
  population?: PopulationStatistics
}
