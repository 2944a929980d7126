export type { FeatureDefinition } from './feature-definition.ts'
export { fieldOf } from './feature-definition.ts'
