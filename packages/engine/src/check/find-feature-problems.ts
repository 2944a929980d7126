import type { FeatureDefinition } from '../features/feature-definition.ts'
import { fieldOf } from '../features/feature-definition.ts'
import { variablesOf } from '../language/variables-of.ts'
import { eventSignals } from '../signals/event-signals.ts'
import { findSignal } from '../signals/registry.ts'
import { validateConditions } from './validate-conditions.ts'
import type { ConditionsContext } from './variable-type.ts'

/**
 * Why a velocity feature could not count as declared: texts that begin with the member concerned. Empty: it can.
 *
 * What it counts by, what it sums or compares, and its condition have to come from the event itself: `custom.*`, or a signal that needs no
 * history.
 */
export function findFeatureProblems(feature: FeatureDefinition, { dataPoints }: Pick<ConditionsContext, 'dataPoints'>): string[] {
  const { per, condition } = feature
  return [measureProblem(feature, dataPoints), groupProblem(per, dataPoints), ...conditionProblems(condition, dataPoints)].filter(
    (problem) => problem !== undefined,
  )
}

type DataPoints = ConditionsContext['dataPoints']

function measureProblem({ metric, of }: FeatureDefinition, dataPoints: DataPoints): string | undefined {
  if (metric === 'count') return of === undefined ? undefined : 'of: goes with `sum` and `distinct` only'
  if (of === undefined) return 'of: what to sum or tell apart is missing'
  if (of.startsWith('custom.')) {
    const type = dataPoints.get(of.slice('custom.'.length))
    if (type === undefined || type.modelType !== 'action') return `of: there is no data point \`${of.slice('custom.'.length)}\` of actions`
    return metric === 'sum' && type.dataType !== 'number' ? `of: \`${of}\` is not a number` : undefined
  }
  const signal = findSignal(of)?.definition
  if (signal === undefined || !eventSignals.has(signal.name)) return `of: \`${of}\` is not a signal of the event itself`
  return metric === 'sum' && signal.type !== 'number' ? `of: \`${of}\` is not a number` : undefined
}

function groupProblem(per: FeatureDefinition['per'], dataPoints: DataPoints): string | undefined {
  const field = fieldOf(per)
  if (field === undefined) return undefined
  const type = dataPoints.get(field)
  if (type === undefined || type.modelType !== 'action') return `per: there is no data point \`${field}\` of actions`
  return type.dataType === 'multiselect' ? `per: \`${per}\` has several values` : undefined
}

function conditionProblems(condition: FeatureDefinition['condition'], dataPoints: DataPoints): string[] {
  if (condition === undefined) return []
  const foreign = variablesOf(condition).flatMap((name) => {
    const signal = findSignal(name)?.definition.name
    const isOfEvent = name.startsWith('custom.') || (signal !== undefined && eventSignals.has(signal))
    return isOfEvent ? [] : [`condition: \`${name}\` is not a signal of the event itself`]
  })
  if (foreign.length > 0) return foreign
  return validateConditions(condition, { dataPoints, lists: new Map() })
    .filter(({ severity }) => severity === 'error')
    .map(({ path, message }) => `condition${path.slice(1)}: ${message}`)
}
