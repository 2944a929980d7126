import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { drawPlot } from './draw-plot.ts'
import { formatRows, formatSection } from './format-measured.ts'
import { writePerformancePage } from './performance-page.ts'
import type { Measured } from './row.ts'
import { writeScalingPage } from './scaling-page.ts'

const docs = path.join(import.meta.dirname, '..', 'docs')

/** The pages that have places for results: the lab notebook, and the page that explains trust. */
export function reportPages(): string[] {
  const notebook = path.join(docs, 'benchmarks')
  return [...readdirSync(notebook).map((file) => path.join(notebook, file)), path.join(docs, 'trust.md')]
}

/**
 * Writes the results between the markers (`<!-- bench:NAME -->` to `<!-- /bench:NAME -->`) of these pages, and the pictures.
 * A benchmark that was not run keeps its text.
 */
export function writeReport(results: Readonly<Record<string, Measured>>, order: readonly string[]): void {
  for (const name of order) {
    const measured = results[name]
    if (measured !== undefined) writeIntoReport(name, sectionOf(name, measured))
  }
  // Both pages are computed from these figures.
  writePerformancePage()
  writeScalingPage()
}

/** Writes one text between the markers of `name`, on the page that has them. */
export function writeIntoReport(name: string, content: string): void {
  const [begin, end] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`]
  for (const page of reportPages()) {
    const text = readFileSync(page, 'utf8')
    const from = text.indexOf(begin)
    const to = text.indexOf(end)
    if (from === -1 || to < from) continue
    writeFileSync(page, `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`)
    return
  }
  throw new Error(`no page has a place for ${name}: ${begin} … ${end}`)
}

function sectionOf(name: string, { rows, sections = [] }: Measured): string {
  const parts = rows.length > 0 ? [formatRows(rows)] : []
  for (const section of sections) {
    parts.push(formatSection(section, '../images'))
    if (section.plot !== undefined) writePicture(section.plot.file, drawPlot(section.title, section.plot))
  }
  return `Measured ${new Date().toISOString().slice(0, 10)} with \`npm run bench -- ${name}\`.\n\n${parts.join('\n\n')}`
}

/** Writes a picture as `docs/images/FILE.svg`. */
export function writePicture(file: string, svg: string): void {
  const folder = path.join(docs, 'images')
  if (!existsSync(folder)) mkdirSync(folder)
  writeFileSync(path.join(folder, `${file}.svg`), svg)
}
