import type { FeatureDefinition } from '../features/feature-definition.ts'
import { fieldOf } from '../features/feature-definition.ts'
import { variablesOf } from '../language/variables-of.ts'
import { eventSignals } from '../signals/event-signals.ts'
import { findSignal } from '../signals/registry.ts'
import { validateConditions } from './validate-conditions.ts'
import type { ConditionsContext } from './variable-type.ts'

/**
 * Why a velocity feature could not count as declared, as text that begins with the member concerned. `undefined`: it can.
 *
 * What it counts by, what it sums or compares, and its condition have to come from the event itself: `custom.*`, or a signal that needs no
 * history.
 */
export function findFeatureProblem(feature: FeatureDefinition, { dataPoints }: Pick<ConditionsContext, 'dataPoints'>): string | undefined {
  const { metric, of, per, condition } = feature
  if (metric !== 'count' && of === undefined) return 'of: what to sum or tell apart is missing'
  if (metric === 'count' && of !== undefined) return 'of: goes with `sum` and `distinct` only'
  const field = fieldOf(per)
  if (field !== undefined) {
    const type = dataPoints.get(field)
    if (type === undefined || type.modelType !== 'action') return `per: there is no data point \`${field}\` of actions`
    if (type.dataType === 'multiselect') return `per: \`${per}\` has several values`
  }
  if (of?.startsWith('custom.')) {
    const type = dataPoints.get(of.slice('custom.'.length))
    if (type === undefined || type.modelType !== 'action') return `of: there is no data point \`${of.slice('custom.'.length)}\` of actions`
    if (metric === 'sum' && type.dataType !== 'number') return `of: \`${of}\` is not a number`
  } else if (of !== undefined) {
    const signal = findSignal(of)?.definition
    if (signal === undefined || !eventSignals.has(signal.name)) return `of: \`${of}\` is not a signal of the event itself`
    if (metric === 'sum' && signal.type !== 'number') return `of: \`${of}\` is not a number`
  }
  if (condition === undefined) return undefined
  for (const name of variablesOf(condition)) {
    const signal = findSignal(name)?.definition.name
    if (!name.startsWith('custom.') && (signal === undefined || !eventSignals.has(signal))) {
      return `condition: \`${name}\` is not a signal of the event itself`
    }
  }
  const found = validateConditions(condition, { dataPoints, lists: new Map() }).find(({ severity }) => severity === 'error')
  return found && `condition${found.path.slice(1)}: ${found.message}`
}
