import { controlClasses } from '../../parts/field.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Sentence } from '../../parts/sentence.tsx'
import { setGroup } from '../../rule-tree/edit-tree.ts'
import { findNode } from '../../rule-tree/find-part.ts'
import { pathKey } from '../../rule-tree/json-place.ts'
import { readTree, type TreeGroup, type TreeNode } from '../../rule-tree/read-tree.ts'
import { AddPart } from './add-part.tsx'
import { useBuilder } from './builder-context.ts'
import { ConditionRow } from './condition-row.tsx'
import { DragPlace } from './drag-place.tsx'
import { JsonBlock } from './json-block.tsx'
import { PartMenu } from './part-menu.tsx'

/** A part of the conditions with everything in it. */
export function NodeView({ node, depth = 0 }: { node: TreeNode; depth?: number }) {
  const key = pathKey(node.path)
  return (
    <DragPlace node={node}>
      <div data-part={key} className="flex items-start gap-1 py-1">
        {node.kind === 'condition' && <ConditionRow node={node} />}
        {node.kind === 'group' && <GroupView node={node} depth={depth} />}
        {node.kind === 'json' && <JsonBlock node={node} />}
        {node.kind === 'not' && (
          <div className="min-w-0 flex-1">
            <p className="flex h-8 items-center text-sm font-medium">It is not so that</p>
            <div className="border-l-2 border-line-strong pl-3">
              <NodeView node={node.child} depth={depth + 1} />
            </div>
          </div>
        )}
        <PartMenu node={node} />
      </div>
      <Problems node={node} />
    </DragPlace>
  )
}

const kinds = [
  { id: 'and', words: 'All of', operator: 'and', isNegated: false },
  { id: 'or', words: 'Any of', operator: 'or', isNegated: false },
  { id: '!or', words: 'None of', operator: 'or', isNegated: true },
  { id: '!and', words: 'Not all of', operator: 'and', isNegated: true },
] as const

function GroupView({ node, depth }: { node: TreeGroup; depth: number }) {
  const { conditions, change } = useBuilder()
  const id = `${node.isNegated ? '!' : ''}${node.operator}`
  const words = kinds.find((kind) => kind.id === id)?.words ?? ''
  const lines = ['border-accent', 'border-line-strong', 'border-line']
  return (
    <fieldset className="m-0 min-w-0 flex-1 border-0 p-0">
      <legend className="sr-only">{words} these conditions</legend>
      <select
        aria-label={depth === 0 ? 'The outermost group asks for' : 'The group asks for'}
        data-focus={pathKey(node.path)}
        value={id}
        onChange={(event) => {
          const kind = kinds.find((each) => each.id === event.target.value)
          if (kind !== undefined && conditions !== undefined) change(setGroup(conditions, node, kind.operator, kind.isNegated))
        }}
        className={`${controlClasses} !w-28 font-medium`}
      >
        {kinds.map((kind) => (
          <option key={kind.id} value={kind.id}>
            {kind.words}
          </option>
        ))}
      </select>
      <div className={`mt-1 border-l-2 pl-3 ${lines[Math.min(depth, 2)]}`}>
        {node.children.map((child) => (
          <NodeView key={pathKey(child.path)} node={child} depth={depth + 1} />
        ))}
        <AddPart group={node} />
      </div>
    </fieldset>
  )
}

/** What the engine found about this part and no other. */
function Problems({ node }: { node: TreeNode }) {
  const { problems, conditions } = useBuilder()
  const root = readTree(conditions)
  const key = pathKey(node.path)
  const own = problems.filter(({ path }) => {
    const at = path === undefined ? undefined : findNode(root, path)
    return at !== undefined && pathKey(at.path) === key
  })
  return own.map(({ severity, message }, place) => (
    <p key={place} className={`mb-1 flex gap-1.5 text-xs ${severity === 'error' ? 'text-block' : 'text-challenge'}`}>
      <Icon name={severity === 'error' ? 'warning' : 'info'} className="mt-0.5 size-3" />
      <span>
        {severity === 'error' ? '' : 'Note: '}
        <Sentence>{message}</Sentence>
      </span>
    </p>
  ))
}
