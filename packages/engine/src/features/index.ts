export type { FeatureDefinition } from './feature-definition.ts'
