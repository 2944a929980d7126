import type { ConditionsContext } from '../src/check/variable-type.ts'

/** A tenant's data points, lists and features, as arbitrary conditions name them. */
export const conditionsContext: ConditionsContext = {
  dataPoints: new Map([
    ['amount', { dataType: 'number', modelType: 'action' }],
    ['currency', { dataType: 'text', modelType: 'action' }],
    ['isGift', { dataType: 'boolean', modelType: 'action' }],
    ['tags', { dataType: 'multiselect', modelType: 'action' }],
    ['tier', { dataType: 'text', modelType: 'user' }],
    ['balance', { dataType: 'number', modelType: 'user' }],
  ]),
  lists: new Map<string, ReadonlySet<string | number>>([
    ['blocked-countries', new Set(['KP', 'IR'])],
    ['merchants', new Set([1001, 1002])],
  ]),
  features: [{ name: 'sum24h' }],
}
