import type { TimeBucket, TimeLayer } from './time-buckets.ts'

export interface TimeChartProps {
  /** What the chart shows, for assistive technology: `Decisions over time`. */
  label: string
  buckets: readonly TimeBucket[]
  bucketMs: number
  /** One upon the other, the first at the foot. */
  layers: readonly TimeLayer[]
  /** What is counted: `event`, `events`. */
  one: string
  many: string
  /** The page with what one layer of a bucket counts, for the table. */
  hrefOf?: (bucket: TimeBucket, layer: TimeLayer) => string
  /** Somebody drew over a part of it, or chose it with Shift and the arrow keys. Milliseconds UTC, of whole buckets. Absent: no brush. */
  onRange?: (from: number, to: number) => void
}

/** In CSS pixels. */
export const plotHeight = 220
