import type { AcceptedSample } from '../score/population.ts'
import type { Entity, EntityKind } from './entity.ts'
import type { Instance } from './instance.ts'

/** What to remember after a decision or a change of state. */
export interface Changes {
  instance: Instance
  /** New values of the entities that changed. */
  entities: Readonly<Partial<Record<EntityKind, Entity>>>
  /** What the instance adds to the population statistics, when this change accepted it. */
  accepted?: AcceptedSample | undefined
}
