import { formatNumber } from '../format-measured.ts'
import { type CostPoint, describeGrowth } from '../growth-law.ts'
import type { Section } from '../row.ts'

export interface CostTable {
  title: string
  /** What grows, as a column's head. */
  what: string
  /** What exactly was measured. */
  measured: string
  /** Of the picture. */
  file: string
  points: readonly CostPoint[]
  /** Further columns, each with a figure for every point. */
  also?: Readonly<Record<string, readonly string[]>>
  /** What costs that. */
  per?: string
}

/** A table of what something costs as one thing grows, with the law that the figures follow. */
export function costTable({ title, what, measured, file, points, also = {}, per = 'a decision' }: CostTable): Section {
  return {
    title,
    text: `${measured} ${describeGrowth(what, points)}`,
    table: {
      head: [what, `µs ${per}`, ...Object.keys(also)],
      rows: points.map(([size, cost], index) => [
        size.toLocaleString('en'),
        formatNumber(cost),
        ...Object.values(also).map((column) => column[index] ?? ''),
      ]),
    },
    plot: { kind: 'lines', file, x: what, y: `µs ${per}`, lines: [{ label: what, points: points.filter(([size]) => size > 0) }] },
  }
}
