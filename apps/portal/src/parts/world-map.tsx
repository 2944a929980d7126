import { lazy, type ReactNode, Suspense } from 'react'
import { AsTable } from './as-table.tsx'
import type { WorldMapProps } from './world-map-props.ts'

const Drawing = lazy(() => import('./world-map-drawing.tsx'))

/** Places as dots on a map of the world, with the same as a table behind it. The map is loaded when it is first shown. */
export function WorldMap({
  head,
  rows,
  ...drawn
}: WorldMapProps & {
  /** Of the table. */
  head: readonly string[]
  rows: readonly (readonly ReactNode[])[]
}) {
  return (
    <AsTable label={drawn.label} head={head} rows={rows}>
      <div className="aspect-[2.05] w-full">
        <Suspense fallback={null}>
          <Drawing {...drawn} />
        </Suspense>
      </div>
    </AsTable>
  )
}
