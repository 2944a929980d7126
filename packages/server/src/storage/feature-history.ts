import type { FeatureDefinition } from '@sallyport/engine'
import type { VelocityFeatureTable } from './schema.ts'

/** The features that a tenant had declared at a version of its configuration: an instance that was decided under it was counted in them. */
export type FeatureHistory = (tenantId: string, configVersion: number) => readonly FeatureDefinition[]

type FeatureRow = Pick<VelocityFeatureTable, 'tenant_id' | 'since_version' | 'until_version' | 'definition'>

/** Answers from rows, with the same array for as long as nothing changes, so that features are compiled once. */
export function createFeatureHistory(rows: readonly FeatureRow[]): FeatureHistory {
  const ofTenant = Map.groupBy(rows, ({ tenant_id }) => tenant_id)
  const known = new Map<string, readonly FeatureDefinition[]>()
  return (tenantId, configVersion) => {
    const declared = ofTenant.get(tenantId)
    if (declared === undefined) return none
    const inForce = declared.filter(
      ({ since_version, until_version }) => since_version <= configVersion && (until_version === null || configVersion < until_version),
    )
    const key = JSON.stringify([tenantId, ...inForce.map(({ since_version, definition }) => [since_version, definition])])
    const found = known.get(key)
    if (found !== undefined) return found
    const features = inForce.map(
      ({ definition, since_version }): FeatureDefinition => ({ ...JSON.parse(definition), since: since_version }),
    )
    known.set(key, features)
    return features
  }
}

const none: readonly FeatureDefinition[] = []
