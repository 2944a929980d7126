import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

// node bench/performance-page.ts writes the table of docs/performance.md from the pages in docs/benchmarks/.

const docs = path.join(import.meta.dirname, '..', 'docs')
const page = path.join(docs, 'performance.md')
const [begin, end] = ['<!-- budgets -->', '<!-- /budgets -->']

/** A page of docs/benchmarks/: its file name and its text. */
export interface BenchmarkPage {
  file: string
  text: string
}

/** In the order of their index. */
export function readBenchmarkPages(): BenchmarkPage[] {
  const folder = path.join(docs, 'benchmarks')
  const index = readFileSync(path.join(folder, 'README.md'), 'utf8')
  const listed = [...index.matchAll(/^\| \[.*\]\((.+\.md)\) \|/gm)].map(([, file = '']) => file)
  const missing = readdirSync(folder).filter((file) => file !== 'README.md' && !listed.includes(file))
  if (missing.length > 0) throw new Error(`docs/benchmarks/README.md does not list ${missing.join(', ')}`)
  return listed.map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') }))
}

/** Every measured row that has a budget, as one table. */
export function budgetTable(pages: readonly BenchmarkPage[]): string {
  const rows = pages.flatMap(({ file, text }) =>
    [...text.matchAll(/^\| (.+) \|$/gm)].flatMap(([, row = '']) => {
      const [what, peer, ours, theirs, ratio, , budget] = row.split(' | ').map((cell) => cell.trim())
      const found = /^(met|missed) \((.+)\)$/.exec(budget ?? '')
      if (found === null) return []
      const [, verdict, limit] = found
      return [
        `| [${what}](benchmarks/${file}) | ${ours} | ${theirs === '' ? '' : `${theirs} (${peer})`} | ${ratio} | ${limit} | ${verdict} |`,
      ]
    }),
  )
  return ['| what | Sallyport | peer | ratio | budget | |', '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n')
}

/** The page with its table put in. */
export function fillPerformancePage(text: string, pages: readonly BenchmarkPage[]): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to < from) throw new Error(`docs/performance.md has no place for its table: ${begin} … ${end}`)
  return `${text.slice(0, from + begin.length)}\n${budgetTable(pages)}\n${text.slice(to)}`
}

/** Writes the table of docs/performance.md. */
export function writePerformancePage(): void {
  writeFileSync(page, fillPerformancePage(readFileSync(page, 'utf8'), readBenchmarkPages()))
}

if (import.meta.main) writePerformancePage()
