import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements, monitorForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { attachClosestEdge, extractClosestEdge } from '@atlaskit/pragmatic-drag-and-drop-hitbox/closest-edge'
import { type ReactNode, type Ref, useEffect, useRef, useState } from 'react'

const kind = 'rule'

/** One card of the list: it can be dragged by its handle, and another one can be dropped above or below it. */
export function SortableItem({
  ruleId,
  isDraggable,
  className = '',
  children,
  ...rest
}: {
  ruleId: string
  isDraggable: boolean
  className?: string
  children: (handle: Ref<HTMLSpanElement>) => ReactNode
} & Omit<React.ComponentProps<'li'>, 'children'>) {
  const item = useRef<HTMLLIElement>(null)
  const handle = useRef<HTMLSpanElement>(null)
  const [edge, setEdge] = useState<'top' | 'bottom'>()
  const [isDragged, setDragged] = useState(false)
  useEffect(() => {
    const element = item.current
    const dragHandle = handle.current
    if (element === null || dragHandle === null || !isDraggable) return
    return combine(
      draggable({
        element,
        dragHandle,
        getInitialData: () => ({ kind, ruleId }),
        onDragStart: () => setDragged(true),
        onDrop: () => setDragged(false),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data.kind === kind,
        getData: ({ input }) => attachClosestEdge({ kind, ruleId }, { element, input, allowedEdges: ['top', 'bottom'] }),
        onDrag: ({ self, source }) => setEdge(source.data.ruleId === ruleId ? undefined : edgeOf(self.data)),
        onDragLeave: () => setEdge(undefined),
        onDrop: () => setEdge(undefined),
      }),
    )
  }, [ruleId, isDraggable])
  return (
    <li ref={item} className={`relative ${isDragged ? 'opacity-50' : ''} ${className}`} {...rest}>
      {edge && (
        <div aria-hidden="true" className={`absolute inset-x-0 z-10 h-0.5 bg-accent ${edge === 'top' ? '-top-px' : '-bottom-px'}`} />
      )}
      {children(handle)}
    </li>
  )
}

/** Hears where a card was dropped. */
export function useDrops(onDrop: (ruleId: string, target: { on: string; edge: 'top' | 'bottom' }) => void): void {
  const latest = useRef(onDrop)
  latest.current = onDrop
  useEffect(
    () =>
      monitorForElements({
        canMonitor: ({ source }) => source.data.kind === kind,
        onDrop: ({ source, location }) => {
          const target = location.current.dropTargets[0]
          const edge = target && edgeOf(target.data)
          if (target && edge) latest.current(String(source.data.ruleId), { on: String(target.data.ruleId), edge })
        },
      }),
    [],
  )
}

function edgeOf(data: Record<string | symbol, unknown>): 'top' | 'bottom' | undefined {
  const edge = extractClosestEdge(data)
  return edge === 'top' || edge === 'bottom' ? edge : undefined
}
