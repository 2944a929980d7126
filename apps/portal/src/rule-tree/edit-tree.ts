import type { JsonValue } from '@sallyport/engine/facts'
import { isWithin, type Path, pathKey, replaceAt, valueAt } from './json-place.ts'
import { mirrorOf, nodesOf, readTree, type TestName, type TreeCondition, type TreeGroup, type TreeNode } from './read-tree.ts'

// Each change answers with new conditions in which only what was meant is different.

type Conditions = JsonValue | undefined

/** The group that a part stands in, and where. `undefined`: it is in none, such as the outermost part. */
export function placeIn(conditions: Conditions, path: Path): { group: TreeGroup; at: number } | undefined {
  const root = readTree(conditions)
  if (root === undefined) return undefined
  for (const node of nodesOf(root)) {
    const at = node.kind === 'group' ? node.children.findIndex((child) => pathKey(child.path) === pathKey(path)) : -1
    if (node.kind === 'group' && at !== -1) return { group: node, at }
  }
  return undefined
}

/** Adds a part to a group, at its end unless `at` says where. Without a group: beside everything that is there. */
export function insertPart(
  conditions: Conditions,
  logic: JsonValue,
  group?: TreeGroup,
  at?: number,
): { conditions: JsonValue; path: Path } {
  const root = readTree(conditions)
  if (root === undefined || conditions === undefined) return { conditions: { and: [logic] }, path: ['and', 0] }
  const into = group ?? (root.kind === 'group' && !root.isNegated ? root : undefined)
  if (into === undefined) return { conditions: { and: [conditions, logic] }, path: ['and', 1] }
  const parts = partsOf(conditions, into)
  const place = at ?? parts.length
  return {
    conditions: withParts(conditions, into, parts.toSpliced(place, 0, logic)),
    path: [...into.core, into.operator, place],
  }
}

/** Takes a part away, and the groups that are empty without it. */
export function removePart(conditions: Conditions, path: Path): JsonValue {
  if (conditions === undefined || path.length === 0) return { and: [] }
  const place = placeIn(conditions, path)
  if (place !== undefined) {
    const rest = partsOf(conditions, place.group).toSpliced(place.at, 1)
    return rest.length === 0 ? removePart(conditions, place.group.path) : withParts(conditions, place.group, rest)
  }
  // What stands in a negation takes the negation with it.
  const root = readTree(conditions)
  const around =
    root === undefined ? undefined : [...nodesOf(root)].findLast((node) => node.path.length < path.length && isWithin(path, node.path))
  return removePart(conditions, around?.path ?? [])
}

/** Puts a copy of a part after it. */
export function duplicatePart(conditions: JsonValue, path: Path): JsonValue {
  const place = placeIn(conditions, path)
  const logic = valueAt(conditions, path) ?? null
  return place === undefined
    ? insertPart(conditions, logic).conditions
    : insertPart(conditions, logic, place.group, place.at + 1).conditions
}

/** Puts a part into a group of its own. */
export function wrapPart(conditions: JsonValue, path: Path, operator: 'and' | 'or'): JsonValue {
  return replaceAt(conditions, path, { [operator]: [valueAt(conditions, path) ?? null] })
}

/** Negates a part, or takes its negation away. */
export function negatePart(conditions: JsonValue, node: TreeNode): JsonValue {
  if (node.kind === 'not') return replaceAt(conditions, node.path, valueAt(conditions, node.child.path) ?? null)
  const isNegated = node.kind !== 'json' && node.isNegated
  const inside = valueAt(conditions, node.kind === 'json' ? node.path : node.core) ?? null
  return replaceAt(conditions, node.path, isNegated ? inside : { '!': [inside] })
}

export type Direction = 'up' | 'down'

/**
 * Moves a part by one place: past its neighbour, into a group beside it, or out of its own group at the end of that. `undefined`: there is no place to go. The path is
 * the new place of the part.
 */
export function movePart(conditions: JsonValue, path: Path, direction: Direction): { conditions: JsonValue; path: Path } | undefined {
  const place = placeIn(conditions, path)
  if (place === undefined) return undefined
  const { group, at } = place
  const logic = valueAt(conditions, path) ?? null
  const step = direction === 'up' ? -1 : 1
  const neighbour = group.children[at + step]
  if (neighbour?.kind === 'group') {
    const inner = partsOf(conditions, neighbour)
    const to = direction === 'up' ? inner.length : 0
    const filled = withParts(conditions, neighbour, inner.toSpliced(to, 0, logic))
    // The group moves up when the part before it has gone.
    const groupAt = direction === 'up' ? at - 1 : at
    const relative = neighbour.core.slice(group.core.length + 2)
    return {
      conditions: withParts(filled, group, partsOf(filled, group).toSpliced(at, 1)),
      path: [...group.core, group.operator, groupAt, ...relative, neighbour.operator, to],
    }
  }
  if (neighbour !== undefined) {
    const parts = partsOf(conditions, group)
    return {
      conditions: withParts(conditions, group, parts.toSpliced(at, 1).toSpliced(at + step, 0, logic)),
      path: [...group.core, group.operator, at + step],
    }
  }
  const outer = placeIn(conditions, group.path)
  if (outer === undefined) return undefined
  const rest = partsOf(conditions, group).toSpliced(at, 1)
  const emptied = rest.length === 0
  const without = emptied ? conditions : withParts(conditions, group, rest)
  const around = partsOf(without, outer.group)
  const to = direction === 'up' || emptied ? outer.at : outer.at + 1
  return {
    conditions: withParts(without, outer.group, around.toSpliced(to, emptied ? 1 : 0, logic)),
    path: [...outer.group.core, outer.group.operator, to],
  }
}

/** Moves a part before, after or into another one. `undefined`: it would land in itself, or where nothing can stand beside it. */
export function movePartTo(conditions: JsonValue, from: Path, to: Path, where: 'before' | 'after' | 'into'): JsonValue | undefined {
  const source = placeIn(conditions, from)
  if (source === undefined || isWithin(to, from)) return undefined
  const logic = valueAt(conditions, from) ?? null
  const target = [...nodesOf(readTree(conditions) as TreeNode)].find((node) => pathKey(node.path) === pathKey(to))
  const place = where === 'into' && target?.kind === 'group' ? { group: target, at: target.children.length } : placeIn(conditions, to)
  if (place === undefined) return undefined
  const at = where === 'after' ? place.at + 1 : place.at
  if (pathKey(place.group.core) === pathKey(source.group.core)) {
    const parts = partsOf(conditions, source.group).toSpliced(source.at, 1)
    return withParts(conditions, source.group, parts.toSpliced(at > source.at ? at - 1 : at, 0, logic))
  }
  // A mark keeps the place of the part until the part stands in its new one, so that no path changes in between.
  const mark: JsonValue = { and: [] }
  const marked = replaceAt(conditions, from, mark)
  const placed = withParts(marked, place.group, partsOf(marked, place.group).toSpliced(at, 0, logic))
  const gone = findMark(placed, mark)
  return gone === undefined ? undefined : removePart(placed, gone)
}

function findMark(json: JsonValue, mark: JsonValue, path: Path = []): Path | undefined {
  if (json === mark) return path
  if (typeof json !== 'object' || json === null) return undefined
  const entries: [string | number, JsonValue][] = Array.isArray(json) ? json.map((part, at) => [at, part]) : Object.entries(json)
  for (const [step, part] of entries) {
    const found = findMark(part, mark, [...path, step])
    if (found !== undefined) return found
  }
  return undefined
}

/** Makes a group ask for all or any of its parts, or for the contrary. */
export function setGroup(conditions: JsonValue, group: TreeGroup, operator: 'and' | 'or', isNegated: boolean): JsonValue {
  const written = (valueAt(conditions, group.core) ?? {}) as Record<string, JsonValue>
  const inner: JsonValue = operator === group.operator ? written : { [operator]: written[group.operator] ?? [] }
  if (isNegated === group.isNegated) return replaceAt(conditions, group.core, inner)
  return replaceAt(conditions, group.path, isNegated ? { '!': [inner] } : inner)
}

/** Gives a condition another test and keeps its subject. `values` are those of the new test, as they are written. */
export function setTest(
  conditions: JsonValue,
  condition: TreeCondition,
  test: TestName,
  isNegated: boolean,
  values: readonly JsonValue[],
): JsonValue {
  const subject = valueAt(conditions, condition.subject.path) ?? null
  const inner =
    test === condition.test ? (valueAt(conditions, condition.core) ?? null) : writeTest(test, subject, values, condition.isTurned)
  if (isNegated === condition.isNegated) return replaceAt(conditions, condition.core, inner)
  return replaceAt(conditions, condition.path, isNegated ? { '!': [inner] } : inner)
}

/** A condition as JSON. A comparison that is written with its subject on the right stays so. */
export function writeTest(test: TestName, subject: JsonValue, values: readonly JsonValue[], isTurned = false): JsonValue {
  const [first = null, second = null] = values
  switch (test) {
    case 'holds':
      return subject
    case 'isMissing':
      return { isMissing: [subject] }
    case 'contains':
      return { in: [first, subject] }
    case 'between':
      return { between: [subject, first, second] }
    case 'strictly between':
      return { '<': [first, subject, second] }
    case 'chained between':
      return { '<=': [first, subject, second] }
  }
  const turned = isTurned ? mirrorOf(test) : undefined
  return turned === undefined ? { [test]: [subject, first] } : { [turned]: [first, subject] }
}

/** Reads another signal at a place, spelled as the one before. */
export function setSignal(conditions: JsonValue, path: Path, name: string): JsonValue {
  const written = valueAt(conditions, path)
  const isList = typeof written === 'object' && written !== null && !Array.isArray(written) && Array.isArray(written.var)
  return replaceAt(conditions, path, { var: isList ? [name] : name })
}

/** The parts of a group as they are written. */
function partsOf(conditions: JsonValue, { core, operator }: TreeGroup): readonly JsonValue[] {
  const written = valueAt(conditions, [...core, operator]) ?? []
  return Array.isArray(written) ? written : [written]
}

function withParts(conditions: JsonValue, { core, operator }: TreeGroup, parts: readonly JsonValue[]): JsonValue {
  return replaceAt(conditions, [...core, operator], [...parts])
}
