import { isDeepStrictEqual } from 'node:util'
import { diffPolicies } from '@sallyport/engine'
import { emptyPolicy } from '../configuration/policy-row.ts'
import { diffDataPoint, diffFeature, diffValueList, type SharedChange } from '../rules-document/diff-shared.ts'
import { diffTests } from '../rules-document/diff-tests.ts'
import { toPolicyDefinition } from '../rules-document/policy-document.ts'
import type { CheckedAction } from './check-action.ts'
import type { RemoteRules } from './load-remote-rules.ts'
import type { RulesFiles } from './read-rules-files.ts'
import type { FileAction, FileList } from './rules-file.ts'
import type { RulesWorld } from './rules-world.ts'

/** The differences, a plain sentence each. Empty: nothing would change. */
export function diffAction(world: RulesWorld, checked: CheckedAction, remote: RemoteRules): string[] {
  if (checked.problem !== undefined) return []
  const { action, definition } = checked
  const { actionCode, settings, tests } = action
  const was = remote.actions.find((other) => other.actionCode === actionCode)
  if (was === undefined) {
    const before = emptyPolicy(actionCode, 0)
    const created = `New action \`${actionCode}\`: ${definition.defaultOutcome} when no rule matches.`
    const changes = diffPolicies({ ...before, defaultOutcome: definition.defaultOutcome }, definition, world.words)
    return [created, ...changes.map(({ sentence }) => sentence), ...diffTests([], tests ?? []).map(({ sentence }) => sentence)]
  }
  const changes = [
    ...diffPolicies(currentPolicy(was), definition, world.words),
    ...(tests === undefined ? [] : diffTests(was.tests ?? [], tests)),
  ]
  return [...changes.map(({ sentence }) => sentence), ...diffSettings(was.settings ?? {}, settings ?? {})]
}

/** The policy of an action on the server: every rule has its id there. */
export function currentPolicy(action: FileAction) {
  return toPolicyDefinition(action.policy, emptyPolicy(action.actionCode, 0), () => '')
}

/** The differences in data points, lists and features. Whatever the files do not mention stays as it is. */
export function diffShared(files: RulesFiles, remote: RemoteRules): string[] {
  return [
    ...[...files.dataPoints.values()].map((dataPoint) => diffDataPoint(remote.dataPoints.get(dataPoint.name), dataPoint)),
    ...[...files.lists].map(([alias, list]) => diffList(alias, remote.lists.get(alias), list)),
    ...[...files.features].map(([name, feature]) => {
      const was = remote.features.get(name)
      return diffFeature(name, was !== undefined, isDeepStrictEqual(was, feature))
    }),
  ].flatMap((change) => change?.sentence ?? [])
}

/** Changes that a server refuses: a type never changes under the rules that read it. */
export function sharedConflicts(files: RulesFiles, remote: RemoteRules): string[] {
  const dataPoints = [...files.dataPoints.values()].flatMap(({ name, dataType, modelType }) => {
    const was = remote.dataPoints.get(name)
    const isSame = was === undefined || (was.dataType === dataType && was.modelType === modelType)
    return isSame
      ? []
      : [`the data point \`${name}\` has type ${was.dataType} for the ${was.modelType} and cannot become ${dataType} for the ${modelType}`]
  })
  const lists = [...files.lists].flatMap(([alias, { itemType }]) => {
    const was = remote.lists.get(alias)
    return was === undefined || was.itemType === itemType
      ? []
      : [`the list \`${alias}\` holds ${was.itemType} items and cannot hold ${itemType} items`]
  })
  return [...dataPoints, ...lists]
}

/** `undefined`: the list of the file is the one on the server. */
export function diffList(alias: string, was: FileList | undefined, is: FileList): SharedChange | undefined {
  const before = new Set(was?.items)
  const after = new Set(is.items)
  const entries = { size: after.size, added: countMissing(after, before), removed: countMissing(before, after) }
  return diffValueList(alias, was, is, entries)
}

function countMissing(of: ReadonlySet<unknown>, from: ReadonlySet<unknown>): number {
  let count = 0
  for (const item of of) if (!from.has(item)) count += 1
  return count
}

function diffSettings(was: object, is: object): string[] {
  const before: Record<string, unknown> = { ...was }
  const changed = Object.entries(is).filter(([name, value]) => JSON.stringify(before[name] ?? null) !== JSON.stringify(value ?? null))
  return changed.length === 0 ? [] : [`Changed settings of the action: ${changed.map(([name]) => name).join(', ')}.`]
}
