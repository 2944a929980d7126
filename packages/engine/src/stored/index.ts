export type { Changes } from './changes.ts'
export type { Entity, EntityKind, EntityRef } from './entity.ts'
export type {
  Confirmation,
  Dispute,
  DisputeEffect,
  GivenLabel,
  Instance,
  InstanceActor,
  LabelSource,
  LabelValue,
  Review,
  ReviewedState,
  Shift,
} from './instance.ts'
export type { PastInstance } from './past-instance.ts'
export { isUndecided } from './past-instance.ts'
export type { Snapshot } from './snapshot.ts'
export type { Vouched } from './vouched.ts'
