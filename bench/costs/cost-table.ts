import { formatNumber } from '../format-measured.ts'
import { type CostPoint, describeGrowth } from '../growth-law.ts'
import type { Section } from '../row.ts'

export interface CostTable {
  title: string
  /** The thing that grows, as a column heading. */
  what: string
  /** A sentence that says what exactly was measured. */
  measured: string
  /** The file name of the picture, without the extension. */
  file: string
  points: readonly CostPoint[]
  /** More columns, each with a figure for every point. */
  also?: Readonly<Record<string, readonly string[]>>
  /** The unit of work that the cost is for. */
  per?: string
}

/** A table of a cost as one thing grows, with the law that the figures follow. */
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
