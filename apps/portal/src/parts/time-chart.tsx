import { lazy, type ReactNode, Suspense } from 'react'
import { Link } from 'wouter'
import { AsTable } from './as-table.tsx'
import { countOf, describeBucket } from './time-buckets.ts'
import { plotHeight, type TimeChartProps } from './time-chart-props.ts'

const Plot = lazy(() => import('./time-chart-plot.tsx'))

/**
 * Counts by hour or day as stacked columns, with the same as a table behind them. The running bucket is hatched; a pale band is what is usual at that time. Arrow keys go
 * from column to column and Enter opens what is behind one. The chart is loaded when it is first shown.
 */
export function TimeChart(props: TimeChartProps) {
  const { label, buckets, bucketMs, layers, hrefOf } = props
  const hasUsual = buckets.some(({ usual }) => usual !== undefined)
  const top = layers.toReversed()
  return (
    <AsTable
      label={label}
      head={[bucketMs < 86_400_000 ? 'Hour' : 'Day', ...top.map(({ word }) => word), 'All', ...(hasUsual ? ['Usual'] : [])]}
      rows={buckets.toReversed().map((bucket) => {
        const { at, counts, usual, isRunning, href } = bucket
        const name = `${describeBucket(at, bucketMs)}${isRunning ? ', so far' : ''}`
        return [
          name,
          ...top.map((layer) => linked(counts[layer.id] ?? 0, hrefOf?.(bucket, layer))),
          linked(countOf(bucket, layers), href),
          ...(hasUsual ? [usual === undefined ? '' : `${usual.low.toLocaleString()} to ${usual.high.toLocaleString()}`] : []),
        ]
      })}
    >
      <Suspense fallback={<div style={{ height: plotHeight + 24 }} />}>
        <Plot {...props} />
      </Suspense>
    </AsTable>
  )
}

function linked(count: number, href: string | undefined): ReactNode {
  const text = count.toLocaleString()
  if (href === undefined || count === 0) return text
  return (
    <Link href={href} className="hover:underline">
      {text}
    </Link>
  )
}
