import { IconButton } from '../../parts/button.tsx'
import { Menu } from '../../parts/menu.tsx'
import { duplicatePart, movePart, negatePart, placeIn, removePart, wrapPart } from '../../rule-tree/edit-tree.ts'
import type { TreeNode } from '../../rule-tree/read-tree.ts'
import { useBuilder } from './builder-context.ts'

/** Everything that can be done with a part, by mouse and by keyboard alike. */
export function PartMenu({ node }: { node: TreeNode }) {
  const { conditions, change } = useBuilder()
  if (conditions === undefined) return null
  const { path } = node
  const up = movePart(conditions, path, 'up')
  const down = movePart(conditions, path, 'down')
  const place = placeIn(conditions, path)
  const isNegated = node.kind === 'not' || (node.kind !== 'json' && node.isNegated)
  const what = node.kind === 'group' ? 'group' : node.kind === 'condition' ? 'condition' : 'part'
  return (
    <span className="flex h-8 shrink-0 items-center">
      <IconButton
        isSmall
        icon="trash"
        label={`Remove the ${what}`}
        onClick={() => change(removePart(conditions, path), { focus: place?.group.path ?? [] })}
      />
      <Menu
        trigger={<IconButton isSmall icon="more" label={`More for the ${what}`} />}
        groups={[
          [
            { label: 'Move up', disabled: up === undefined, onChoose: () => up && change(up.conditions, { focus: up.path }) },
            { label: 'Move down', disabled: down === undefined, onChoose: () => down && change(down.conditions, { focus: down.path }) },
          ],
          [
            {
              label: isNegated ? 'Take “not” away' : 'Turn into its contrary',
              onChoose: () => change(negatePart(conditions, node), { focus: path }),
            },
            { label: 'Put into a group of any', onChoose: () => change(wrapPart(conditions, path, 'or'), { focus: path }) },
            { label: 'Put into a group of all', onChoose: () => change(wrapPart(conditions, path, 'and'), { focus: path }) },
            { label: 'Duplicate', onChoose: () => change(duplicatePart(conditions, path), { focus: path }) },
          ],
        ]}
      />
    </span>
  )
}
