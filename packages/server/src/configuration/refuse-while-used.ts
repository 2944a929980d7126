import { type FeatureDefinition, variablesOf } from '@sallyport/engine'
import { ApiError } from '../errors/api-error.ts'
import type { Db } from '../storage/store.ts'
import { listDeclaredFeatures } from './feature-row.ts'
import { listActions } from './policy-row.ts'

/** Refuses to remove a value list that a rule reads: the rule would be undetermined from then on. */
export async function refuseWhileListUsed(db: Db, tenantId: string, alias: string): Promise<void> {
  await refuseWhileRead(db, tenantId, (name) => name === `lists.${alias}`)
}

/** Refuses to remove a velocity feature that a rule reads. */
export async function refuseWhileFeatureUsed(db: Db, tenantId: string, feature: string): Promise<void> {
  await refuseWhileRead(db, tenantId, (name) => name === `velocity.${feature}`)
}

/** Refuses to remove a data point that a rule or a velocity feature reads, or that an action requires. */
export async function refuseWhileDataPointUsed(db: Db, tenantId: string, dataPoint: string, of: 'action' | 'user'): Promise<void> {
  const read = of === 'action' ? `custom.${dataPoint}` : `user.custom.${dataPoint}`
  const isRead = (name: string) => name === read || name.startsWith(`${read}.`)
  await refuseWhileRead(db, tenantId, isRead)
  if (of === 'user') return
  for (const row of await listDeclaredFeatures(db, tenantId)) {
    const feature = JSON.parse(row.definition) as FeatureDefinition
    const names = [
      feature.of ?? '',
      feature.per.replace('user+', ''),
      ...(feature.condition === undefined ? [] : variablesOf(feature.condition)),
    ]
    const name = names.find(isRead)
    if (name !== undefined) throw new ApiError('invalid_request', `the velocity feature \`${feature.name}\` uses \`${name}\``)
  }
  for (const { definition, settings } of await listActions(db, tenantId)) {
    if (settings.requiredDataPoints?.includes(dataPoint)) {
      throw new ApiError('invalid_request', `the action \`${definition.action}\` requires \`${dataPoint}\``)
    }
  }
}

async function refuseWhileRead(db: Db, tenantId: string, isRead: (name: string) => boolean): Promise<void> {
  for (const { definition } of await listActions(db, tenantId)) {
    for (const rule of definition.rules) {
      const name = rule.conditions === undefined ? undefined : variablesOf(rule.conditions).find(isRead)
      if (name !== undefined) {
        throw new ApiError('invalid_request', `the rule \`${rule.name}\` of action \`${definition.action}\` uses \`${name}\``)
      }
    }
  }
}
