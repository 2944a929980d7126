import type { FeatureDefinition, ListValues } from '@sallyport/engine'
import type { DataPoint, Tenant } from './tenant.ts'

// A tenant as it will be once a change of its configuration is in force. Rules are checked and tests run against it before that.

export function withValueList(tenant: Tenant, alias: string, items: ListValues): Tenant {
  return { ...tenant, lists: new Map(tenant.lists).set(alias, items) }
}

export function withoutValueList(tenant: Tenant, alias: string): Tenant {
  const lists = new Map(tenant.lists)
  lists.delete(alias)
  return { ...tenant, lists }
}

export function withDataPoint(tenant: Tenant, dataPoint: DataPoint): Tenant {
  return { ...tenant, dataPoints: new Map(tenant.dataPoints).set(dataPoint.name, dataPoint) }
}

export function withoutDataPoint(tenant: Tenant, name: string): Tenant {
  const dataPoints = new Map(tenant.dataPoints)
  dataPoints.delete(name)
  return { ...tenant, dataPoints }
}

export function withFeature(tenant: Tenant, feature: FeatureDefinition): Tenant {
  return { ...tenant, features: [...tenant.features.filter(({ name }) => name !== feature.name), feature] }
}

export function withoutFeature(tenant: Tenant, gone: string): Tenant {
  return { ...tenant, features: tenant.features.filter(({ name }) => name !== gone) }
}
