import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { drawPlot } from './draw-plot.ts'
import { formatRows, formatSection } from './format-measured.ts'
import type { Measured } from './row.ts'
import { writeScalingPage } from './scaling-page.ts'

const docs = path.join(import.meta.dirname, '..', 'docs')
const report = path.join(docs, 'performance.md')

/**
 * Writes the results between the report's markers (`<!-- bench:NAME -->` to `<!-- /bench:NAME -->`), and the pictures beside it. Results that
 * were not measured in this run stay unchanged.
 */
export function writeReport(results: Readonly<Record<string, Measured>>, order: readonly string[]): void {
  let text = readFileSync(report, 'utf8')
  for (const name of order) {
    const measured = results[name]
    if (measured === undefined) continue
    text = between(text, name, sectionOf(name, measured))
  }
  writeFileSync(report, text)
  // The scaling page is computed from these figures.
  writeScalingPage()
}

/** Writes one text between the markers of `name`. */
export function writeIntoReport(name: string, content: string): void {
  writeFileSync(report, between(readFileSync(report, 'utf8'), name, content))
}

function sectionOf(name: string, { rows, sections = [] }: Measured): string {
  const parts = rows.length > 0 ? [formatRows(rows)] : []
  for (const section of sections) {
    parts.push(formatSection(section, 'images'))
    if (section.plot !== undefined) writePicture(section.plot.file, drawPlot(section.title, section.plot))
  }
  return `Measured ${new Date().toISOString().slice(0, 10)} with \`npm run bench -- ${name}\`.\n\n${parts.join('\n\n')}`
}

/** Writes a picture beside the report, as `images/FILE.svg`. */
export function writePicture(file: string, svg: string): void {
  const folder = path.join(docs, 'images')
  if (!existsSync(folder)) mkdirSync(folder)
  writeFileSync(path.join(folder, `${file}.svg`), svg)
}

function between(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from === -1 || to < from) throw new Error(`${report} has no place for ${name}: ${begin} … ${end}`)
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`
}
