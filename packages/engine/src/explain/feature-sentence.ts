import type { FeatureDefinition } from '../features/feature-definition.ts'
import { clauseOf, inline } from './clause.ts'
import { type ExplainOptions, nounOf } from './vocabulary.ts'

/** What a velocity feature counts, in one sentence. */
export function featureSentence(feature: FeatureDefinition, options: ExplainOptions = {}): string {
  const { label } = nounOf(`velocity.${feature.name}`, { ...options, features: [feature] })
  const when = clauseOf(feature.condition, options)
  const only =
    when.kind === 'always' ? '' : when.kind === 'never' ? ', of events that cannot happen' : `, counting only events where ${inline(when)}`
  return `${label.charAt(0).toUpperCase()}${label.slice(1)}${only}.`
}
