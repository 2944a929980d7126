import type { Measured, Row, Section } from './row.ts'

/** Formats rows, and the tables below them, as Markdown. */
export function formatMeasured({ rows, sections = [] }: Measured): string {
  return [...(rows.length > 0 ? [formatRows(rows)] : []), ...sections.map((section) => formatSection(section))].join('\n\n')
}

export function formatRows(rows: readonly Row[]): string {
  const head = ['what', 'against', 'ours', 'theirs', 'ratio', 'of each round', 'budget', '']
  return formatTable(head, rows.map(cellsOf))
}

function cellsOf(row: Row): string[] {
  const { name, peer, ours, theirs, unit, ratio, range, rounds, note = '' } = row
  const isRatio = theirs !== null
  const shown = (value: number) => (isRatio ? value.toFixed(2) : formatNumber(value))
  return [
    name,
    peer,
    `${formatNumber(ours)} ${unit}`,
    isRatio ? `${formatNumber(theirs)} ${unit}` : '',
    isRatio ? `**${shown(ratio)}**` : '',
    rounds === 1 ? '' : `${shown(range[0])}–${shown(range[1])} (${rounds})`,
    budgetOf(row),
    note,
  ]
}

function budgetOf({ atLeast, atMost, ratio, theirs, unit }: Row): string {
  if (atLeast === undefined && atMost === undefined) return ''
  const isMet = (atLeast === undefined || ratio >= atLeast) && (atMost === undefined || ratio <= atMost)
  const limit = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`
  return `${isMet ? 'met' : 'missed'} (${limit}${theirs === null ? ` ${unit}` : ''})`
}

/** `images` is the path from the report to the pictures; without it they are left out. */
export function formatSection({ title, text, table, plot }: Section, images?: string): string {
  const parts = [`### ${title}`]
  if (text !== undefined) parts.push(text)
  if (plot !== undefined && images !== undefined) parts.push(`![${title}](${images}/${plot.file}.svg)`)
  if (table !== undefined) parts.push(formatTable(table.head, table.rows))
  return parts.join('\n\n')
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** Rounds to three significant digits. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return Number(value.toPrecision(3)).toString()
}
