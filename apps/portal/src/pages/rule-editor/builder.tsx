import type { JsonValue } from '@sallyport/engine/facts'
import { useEffect, useMemo, useRef, useState } from 'react'
import { movePart } from '../../rule-tree/edit-tree.ts'
import type { RuleProblem } from '../../rule-tree/find-problems.ts'
import { type Path, pathKey } from '../../rule-tree/json-place.ts'
import { readTree } from '../../rule-tree/read-tree.ts'
import { AddPart } from './add-part.tsx'
import { BuilderContext, type Builder as Given } from './builder-context.ts'
import type { Recent, World } from './read-world.ts'
import { NodeView } from './tree-view.tsx'

/** The conditions as nested groups. */
export function Builder({
  conditions,
  onChange,
  world,
  recent,
  problems,
  start,
}: {
  conditions: JsonValue | undefined
  onChange: (conditions: JsonValue, kind?: string) => void
  world: World
  recent: Recent | undefined
  problems: readonly RuleProblem[]
  /** What to begin with, while there are no conditions. */
  start: React.ReactNode
}) {
  const [opened, open] = useState<string>()
  const place = useRef<HTMLDivElement>(null)
  const wanted = useRef<string>(undefined)
  const root = useMemo(() => readTree(conditions), [conditions])

  const change: Given['change'] = (next, { kind, focus } = {}) => {
    wanted.current = focus === undefined ? undefined : pathKey(focus)
    onChange(next, kind)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the part is there once the new conditions are drawn
  useEffect(() => {
    const key = wanted.current
    wanted.current = undefined
    if (key === undefined) return
    // A menu or a search that closes gives the focus back to its button first.
    const timer = setTimeout(() => {
      const find = (selector: string) => place.current?.querySelector<HTMLElement>(selector)
      const target = find(`[data-focus='${CSS.escape(key)}']`) ?? find('[data-focus]') ?? find('[data-add]')
      target?.focus()
    }, 60)
    return () => clearTimeout(timer)
  }, [conditions])

  const given: Given = { conditions, change, world, recent, problems, opened, open }
  return (
    <BuilderContext value={given}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: Alt with an arrow moves the part that has the focus, wherever in it that is */}
      <div
        ref={place}
        onKeyDown={(event) => {
          const direction = event.altKey ? ({ ArrowUp: 'up', ArrowDown: 'down' } as const)[event.key] : undefined
          const part = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-part]') : null
          if (direction === undefined || part === null || conditions === undefined) return
          event.preventDefault()
          const moved = movePart(conditions, JSON.parse(part.dataset.part ?? '[]') as Path, direction)
          if (moved !== undefined) change(moved.conditions, { focus: moved.path })
        }}
      >
        {root === undefined ? (
          start
        ) : (
          <>
            <NodeView node={root} />
            {root.kind !== 'group' && <AddPart />}
          </>
        )}
      </div>
    </BuilderContext>
  )
}
