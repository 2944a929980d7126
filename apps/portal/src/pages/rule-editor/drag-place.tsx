import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Icon } from '../../parts/icon.tsx'
import { movePartTo } from '../../rule-tree/edit-tree.ts'
import { isWithin, type Path } from '../../rule-tree/json-place.ts'
import type { TreeNode } from '../../rule-tree/read-tree.ts'
import { useBuilder } from './builder-context.ts'

type Where = 'before' | 'after'

/** A part that can be dragged by its handle, and beside which others can be dropped. The menu of the part does the same for keyboards. */
export function DragPlace({ node, children }: { node: TreeNode; children: ReactNode }) {
  const { conditions, change } = useBuilder()
  const element = useRef<HTMLDivElement>(null)
  const handle = useRef<HTMLSpanElement>(null)
  const [over, setOver] = useState<Where>()
  const latest = useRef({ conditions, change, path: node.path })
  latest.current = { conditions, change, path: node.path }
  const isMovable = node.path.length > 0

  useEffect(() => {
    if (element.current === null || handle.current === null || !isMovable) return
    const whereOf = (y: number): Where => {
      const box = element.current?.getBoundingClientRect()
      return box !== undefined && y > box.top + box.height / 2 ? 'after' : 'before'
    }
    return combine(
      draggable({ element: element.current, dragHandle: handle.current, getInitialData: () => ({ part: latest.current.path }) }),
      dropTargetForElements({
        element: element.current,
        canDrop: ({ source }) => Array.isArray(source.data.part) && !isWithin(latest.current.path, source.data.part as Path),
        onDrag: ({ location }) =>
          setOver(location.current.dropTargets[0]?.element === element.current ? whereOf(location.current.input.clientY) : undefined),
        onDragLeave: () => setOver(undefined),
        onDrop: ({ source, location }) => {
          setOver(undefined)
          if (location.current.dropTargets[0]?.element !== element.current) return
          const { conditions: now, change: put, path } = latest.current
          const moved =
            now === undefined ? undefined : movePartTo(now, source.data.part as Path, path, whereOf(location.current.input.clientY))
          if (moved !== undefined) put(moved)
        },
      }),
    )
  }, [isMovable])

  return (
    <div
      ref={element}
      className={`relative ${over === 'before' ? 'border-t-2 border-accent' : over === 'after' ? 'border-b-2 border-accent' : ''}`}
    >
      <div className="flex items-start">
        <span
          ref={handle}
          title="Drag to move"
          className={`flex h-10 w-4 shrink-0 cursor-grab items-center text-soft ${isMovable ? '' : 'hidden'}`}
        >
          <Icon name="drag" className="size-3" />
        </span>
        <div className="min-w-0 flex-1">{children}</div>
      </div>
    </div>
  )
}
