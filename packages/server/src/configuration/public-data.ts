import type { DataPoint, Tenant } from './tenant.ts'

/** Of `custom`, what may be shown to a user outside the application: the data points of this model that the tenant calls public. */
export function publicData(
  { dataPoints }: Pick<Tenant, 'dataPoints'>,
  modelType: DataPoint['modelType'],
  custom: Readonly<Record<string, unknown>>,
): [name: string, value: unknown][] {
  return Object.entries(custom).filter(([name]) => {
    const point = dataPoints.get(name)
    return point?.isPublic === true && point.modelType === modelType
  })
}
