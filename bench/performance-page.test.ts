import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { benchmarks } from './benchmarks.ts'
import { budgetTable, fillPerformancePage, readBenchmarkPages } from './performance-page.ts'
import { reportPages } from './write-report.ts'

const performance = path.join(import.meta.dirname, '../docs/performance.md')

test('the table of docs/performance.md is what the pages of docs/benchmarks/ measured', () => {
  const page = readFileSync(performance, 'utf8')
  assert.equal(page, fillPerformancePage(page, readBenchmarkPages()), 'run node bench/performance-page.ts')
})

test('every benchmark has exactly one place in the pages of the report', () => {
  const text = reportPages()
    .map((page) => readFileSync(page, 'utf8'))
    .join('\n')
  for (const name of [...Object.keys(benchmarks), 'soak']) {
    assert.equal(text.split(`<!-- bench:${name} -->`).length, 2, name)
    assert.equal(text.split(`<!-- /bench:${name} -->`).length, 2, name)
  }
})

test('only rows with a budget are in the table', () => {
  const text = [
    '| a | `peer` | 5 x/s | 4 x/s | **1.25** | 1.2–1.3 (3) | met (≥ 1) |  |',
    '| b | `peer` | 5 x/s | 4 x/s | **1.25** | 1.2–1.3 (3) |  | a note |',
    '| c | limit | 0.7 s |  |  | 0.6–0.8 (5) | missed (≤ 0.5 s) | a note |',
  ].join('\n')
  assert.deepEqual(
    budgetTable([{ file: 'x.md', text }])
      .split('\n')
      .slice(2),
    [
      '| [a](benchmarks/x.md) | 5 x/s | 4 x/s (`peer`) | **1.25** | ≥ 1 | met |',
      '| [c](benchmarks/x.md) | 0.7 s |  |  | ≤ 0.5 s | missed |',
    ],
  )
})
