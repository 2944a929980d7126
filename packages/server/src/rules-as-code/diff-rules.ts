import { diffPolicies } from '@sallyport/engine'
import { diffTests } from '../rules/diff-tests.ts'
import { toPolicyDefinition } from '../rules/policy-document.ts'
import { emptyPolicy } from '../rules/policy-row.ts'
import type { CheckedAction } from './check-action.ts'
import type { RemoteRules } from './load-remote-rules.ts'
import type { RulesFiles } from './read-rules-files.ts'
import type { FileAction, FileDataPoint, FileList } from './rules-file.ts'
import type { RulesWorld } from './rules-world.ts'

/** What differs, a plain sentence each. Empty: nothing would change. */
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

/** What differs in what rules refer to. What files do not mention stays as it is. */
export function diffShared(files: RulesFiles, remote: RemoteRules): string[] {
  return [
    ...[...files.dataPoints.values()].flatMap((dataPoint) => diffDataPoint(remote.dataPoints.get(dataPoint.name), dataPoint)),
    ...[...files.lists].flatMap(([alias, list]) => diffList(alias, remote.lists.get(alias), list)),
    ...[...files.features].flatMap(([name, feature]) => diffFeature(name, remote.features.get(name), feature)),
  ]
}

/** What a server can not be brought to: types never change under the rules that read them. */
export function sharedConflicts(files: RulesFiles, remote: RemoteRules): string[] {
  const dataPoints = [...files.dataPoints.values()].flatMap(({ name, dataType, modelType }) => {
    const was = remote.dataPoints.get(name)
    const isSame = was === undefined || (was.dataType === dataType && was.modelType === modelType)
    return isSame
      ? []
      : [`the data point \`${name}\` is ${was.dataType} of the ${was.modelType}, and can not become ${dataType} of the ${modelType}`]
  })
  const lists = [...files.lists].flatMap(([alias, { itemType }]) => {
    const was = remote.lists.get(alias)
    return was === undefined || was.itemType === itemType
      ? []
      : [`the list \`${alias}\` has ${was.itemType} items, and can not have ${itemType} ones`]
  })
  return [...dataPoints, ...lists]
}

function diffSettings(was: object, is: object): string[] {
  const before: Record<string, unknown> = { ...was }
  const changed = Object.entries(is).filter(([name, value]) => JSON.stringify(before[name] ?? null) !== JSON.stringify(value ?? null))
  return changed.length === 0 ? [] : [`Settings of the action that differ: ${changed.map(([name]) => name).join(', ')}.`]
}

function diffDataPoint(was: FileDataPoint | undefined, is: FileDataPoint): string[] {
  if (was === undefined) return [`New data point *${is.name}*: ${is.dataType}, of the ${is.modelType}.`]
  const changed = [
    was.description !== is.description && 'another description',
    was.isPublic !== is.isPublic && (is.isPublic ? 'is public now' : 'is not public now'),
  ]
  const said = changed.filter((text) => text !== false)
  return said.length === 0 ? [] : [`Data point *${is.name}*: ${said.join('; ')}.`]
}

function diffList(alias: string, was: FileList | undefined, is: FileList): string[] {
  if (was === undefined) return [`New list *${alias}* with ${count(is.items.length)}.`]
  const [before, after] = [new Set<string | number>(was.items), new Set<string | number>(is.items)]
  const more = [...after].filter((item) => !before.has(item)).length
  const less = [...before].filter((item) => !after.has(item)).length
  const said = [
    was.name !== is.name && `is called *${is.name}*`,
    was.isActive !== is.isActive && (is.isActive ? 'is switched on' : 'is switched off'),
    more > 0 && `${count(more)} more`,
    less > 0 && `${count(less)} less`,
  ].filter((text) => text !== false)
  return said.length === 0 ? [] : [`List *${alias}*: ${said.join('; ')}.`]
}

function diffFeature(name: string, was: object | undefined, is: object): string[] {
  if (was === undefined) return [`New velocity feature *${name}*.`]
  return diffSettings(was, is).length + diffSettings(is, was).length === 0 ? [] : [`Velocity feature *${name}* is defined otherwise.`]
}

function count(items: number): string {
  return items === 1 ? '1 entry' : `${items} entries`
}
