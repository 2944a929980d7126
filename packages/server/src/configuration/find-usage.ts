import type { JsonValue } from '@sallyport/engine'
import { type FeatureDefinition, findSignal, placesOfVariables, requiredDataPoint } from '@sallyport/engine'
import type { Db } from '../storage/store.ts'
import { listDeclaredFeatures } from './feature-row.ts'
import { listActions } from './policy-row.ts'

/** Something that rules and features refer to by name. */
export type Referred = { signal: string } | { list: string } | { feature: string } | { dataPoint: string; of: 'action' | 'user' }

/** One place that refers to it. */
export type Usage =
  | {
      kind: 'rule'
      actionCode: string
      ruleId: string
      name: string
      mode: 'active' | 'shadow' | 'off'
      /** The name as it is written there. */
      reads: string
      /** Where in the rule: `conditions.and[0]['>'][0].var`. */
      paths: string[]
    }
  | { kind: 'velocity_feature'; name: string; reads: string; paths: string[] }
  /** An event of the action must bring it. */
  | { kind: 'requirement'; actionCode: string; reads: string; paths: string[] }

/**
 * Everything in force that refers to something: rules whatever their mode, velocity features, and what actions require of their events. The one place that
 * knows: whoever refuses to remove what is used asks here too.
 */
export async function findUsage(db: Db, tenantId: string, referred: Referred): Promise<Usage[]> {
  const isMeant = meant(referred)
  const uses: Usage[] = []
  for (const { definition, settings } of await listActions(db, tenantId)) {
    const { action: actionCode, requires = [] } = definition
    for (const { ruleId, name, mode, conditions } of definition.rules) {
      const { reads, paths } = readIn(conditions, 'conditions', isMeant)
      if (reads !== undefined) uses.push({ kind: 'rule', actionCode, ruleId, name, mode, reads, paths })
    }
    if (!('dataPoint' in referred) || referred.of !== 'action') continue
    const paths = [
      ...requires.flatMap((input, i) => (requiredDataPoint(input) === referred.dataPoint ? [`requires[${i}]`] : [])),
      ...(settings.requiredDataPoints ?? []).flatMap((name, i) => (name === referred.dataPoint ? [`requiredDataPoints[${i}]`] : [])),
    ]
    if (paths.length > 0) uses.push({ kind: 'requirement', actionCode, reads: referred.dataPoint, paths })
  }
  for (const row of await listDeclaredFeatures(db, tenantId)) {
    const feature: FeatureDefinition = JSON.parse(row.definition)
    const { name } = feature
    const inCondition = readIn(feature.condition, 'condition', isMeant)
    const members = [
      { path: 'of', reads: feature.of ?? '' },
      { path: 'per', reads: feature.per.replace('user+', '') },
    ].filter(({ reads }) => isMeant(reads))
    const reads = members[0]?.reads ?? inCondition.reads
    const paths = [...members.map(({ path }) => path), ...inCondition.paths]
    if (reads !== undefined) uses.push({ kind: 'velocity_feature', name, reads, paths })
  }
  return uses
}

/** Whether a name, as conditions write it, means what is referred to. */
export function meant(referred: Referred): (name: string) => boolean {
  if ('signal' in referred) {
    const position = findSignal(referred.signal)?.position
    return (name) => position !== undefined && findSignal(name)?.position === position
  }
  if ('list' in referred) return (name) => name === `lists.${referred.list}`
  if ('feature' in referred) return (name) => name === `velocity.${referred.feature}`
  const read = referred.of === 'action' ? `custom.${referred.dataPoint}` : `user.custom.${referred.dataPoint}`
  return (name) => name === read || name.startsWith(`${read}.`)
}

function readIn(conditions: JsonValue | undefined, root: string, isMeant: (name: string) => boolean) {
  const read = placesOfVariables(conditions).filter(({ name }) => isMeant(name))
  return { reads: read[0]?.name, paths: read.map(({ path }) => `${root}${path.slice(1)}`) }
}
