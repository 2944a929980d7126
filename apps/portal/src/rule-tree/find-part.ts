import { pathTo } from '@sallyport/engine/check'
import type { JsonValue } from '@sallyport/engine/facts'
import { isWithin, type Path } from './json-place.ts'
import { nodesOf, type TreeNode } from './read-tree.ts'

/** A path as the checks of the engine write it: `$.and[0]['=='][1]`. */
export function pathText(path: Path): string {
  return path.reduce<string>(pathTo, '$')
}

/** The path that a text of the checks stands for; the nearest part around it where the conditions have changed since. */
export function findPath(conditions: JsonValue | undefined, text: string): Path {
  let nearest: Path = []
  const waiting: { part: JsonValue | undefined; path: Path }[] = [{ part: conditions, path: [] }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, path } = next
    const here = pathText(path)
    if (!text.startsWith(here)) continue
    if (path.length > nearest.length) nearest = path
    if (typeof part !== 'object' || part === null) continue
    const inner: [string | number, JsonValue][] = Array.isArray(part) ? [...part.entries()] : Object.entries(part)
    for (const [step, value] of inner) waiting.push({ part: value, path: [...path, step] })
  }
  return nearest
}

/** The innermost part of the tree at a path. */
export function findNode(root: TreeNode | undefined, path: Path): TreeNode | undefined {
  return root === undefined ? undefined : [...nodesOf(root)].findLast((node) => isWithin(path, node.path))
}
