import type { FeatureDefinition } from '@sallyport/engine/features'

interface Point {
  name: string
  dataType: 'text' | 'number' | 'boolean' | 'multiselect'
  modelType: 'action' | 'user'
}

/** A feature of a template for an action of one's own: templates are written for `transfer`. */
export function forAction(feature: FeatureDefinition, action: string): FeatureDefinition {
  return feature.actions === undefined
    ? feature
    : { ...feature, actions: feature.actions.map((one) => (one === 'transfer' ? action : one)) }
}

/** The data points of a template that are not declared yet. One of the same name for users and for actions is two. */
export function missingPoints(wanted: readonly Point[], declared: readonly Point[]): Point[] {
  return wanted.filter(({ name, modelType }) => !declared.some((one) => one.name === name && one.modelType === modelType))
}
