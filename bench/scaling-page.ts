import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { drawPlot } from './draw-plot.ts'
import { formatNumber, formatSection } from './format-measured.ts'
import { readBenchmarkPages } from './performance-page.ts'
import type { Section } from './row.ts'
import { embeddedLimit, planFor, type ScalingInputs } from './scaling-plan.ts'
import { balanceOf, type Population, type ShardingKey, zipfShares } from './shard-balance.ts'

// node bench/scaling-page.ts writes the tables of docs/scaling.md between their markers, from the figures in docs/benchmarks/.

const docs = path.join(import.meta.dirname, '..', 'docs')
const page = path.join(docs, 'scaling.md')
const rates = [100, 10_000, 1_000_000]
const shardCounts = [8, 32, 128]
const keys: readonly ShardingKey[] = ['tenant', 'tenant and user']

export const population: Population = { tenants: 1_000, users: 2_000_000, tenantExponent: 1, userExponent: 0.8, seed: 1 }

/** Reads the measured figures from the text of the pages in docs/benchmarks/. */
export function readInputs(report: string): ScalingInputs {
  const embeddedCpu = numberIn(report, 'track', /^\| `track` \| ([\d.,]+) \|$/m)
  return {
    embeddedCpu,
    embeddedBytes: numberIn(report, 'growth', /^(?:\| [\d,]+ \| [\d.,]+ \| [\d.,]+ \| ([\d.,]+) \|\n?)+/m),
    serverCpu: numberIn(report, 'postgres', /^\| two processes \| ([\d.,]+) \|/m),
    databaseCpu: numberIn(report, 'postgres', /^\| two processes \| [\d.,]+ \| ([\d.,]+) \|$/m),
    databaseBytes: numberIn(report, 'postgres', /^\| on disk: .* \| ([\d.,]+) \|$/m),
    logBytes: numberIn(report, 'postgres', /^\| write-ahead log \| ([\d.,]+) \|$/m),
  }
}

function numberIn(report: string, name: string, pattern: RegExp): number {
  const [, block = ''] = report.split(`<!-- bench:${name} -->`)
  const found = pattern.exec(block.split('<!-- /bench:')[0] ?? '')?.[1]
  if (found === undefined) throw new Error(`docs/benchmarks/ does not say what ${name} measured: ${pattern.source}`)
  return Number(found.replaceAll(',', ''))
}

/** The computed parts of the page, by the names of their markers. */
export function scalingSections(inputs: ScalingInputs): Record<'costs' | 'plan' | 'balance', Section> {
  return { costs: costsSection(inputs), plan: planSection(inputs), balance: balanceSection() }
}

function costsSection(inputs: ScalingInputs): Section {
  return {
    title: 'Measured',
    table: {
      head: ['what', 'per decision', 'from'],
      rows: [
        ['processor time of the server, embedded store', `${formatNumber(inputs.embeddedCpu)} µs`, '[track](benchmarks/track.md)'],
        [
          'bytes on disk, embedded store',
          formatNumber(inputs.embeddedBytes),
          '[growth](benchmarks/growth.md#stored-history), the longest history',
        ],
        [
          'processor time of the server, PostgreSQL',
          `${formatNumber(inputs.serverCpu)} µs`,
          '[postgres](benchmarks/postgresql.md), two processes, HTTP included',
        ],
        ['processor time of PostgreSQL', `${formatNumber(inputs.databaseCpu)} µs`, 'the same run, all its processes'],
        ['bytes on disk, PostgreSQL', formatNumber(inputs.databaseBytes), 'the same run: instance, key and indexes'],
        ['write-ahead log, PostgreSQL', `${formatNumber(inputs.logBytes)} bytes`, 'the same run: what a replica receives'],
      ],
    },
  }
}

function planSection(inputs: ScalingInputs): Section {
  const plans = rates.map((rate) => planFor(rate, inputs))
  return {
    title: 'What it takes',
    text: `The plan gives one process of the embedded store up to ${formatNumber(embeddedLimit(inputs))} decisions a second, with half a processor busy.`,
    table: {
      head: [
        'decisions in the busiest second',
        'store',
        'server processes',
        'database primaries',
        'GB a month',
        'GB kept',
        'log MB/s',
        'US$ a month',
      ],
      rows: plans.map(({ rate, store, processes, shards, gigabytesOfMonth, gigabytesKept, logPerSecond, dollars }) => [
        rate.toLocaleString('en'),
        store === 'embedded' ? 'embedded' : 'PostgreSQL',
        formatNumber(processes),
        shards === 0 ? '' : formatNumber(shards),
        formatNumber(gigabytesOfMonth),
        formatNumber(gigabytesKept),
        logPerSecond === 0 ? '' : formatNumber(logPerSecond),
        formatNumber(dollars),
      ]),
    },
  }
}

function balanceSection(): Section {
  const { tenants, users, tenantExponent, userExponent, seed } = population
  const balances = keys.flatMap((key) => shardCounts.map((shards) => balanceOf(population, key, shards)))
  const [largest = 0] = zipfShares(tenants, tenantExponent)
  return {
    title: 'How evenly shards are loaded',
    text: `The model has ${tenants.toLocaleString('en')} tenants and ${users.toLocaleString('en')} users. The n-th tenant makes a share of n^−${tenantExponent} of all decisions, the n-th user of a tenant a share of n^−${userExponent} of the tenant's; a hash places the rows (seed ${seed}). The largest tenant makes ${(largest * 100).toFixed(1)} % of all decisions.`,
    table: {
      head: ['rows placed by', 'shards', 'busiest shard / mean', 'its share of all decisions', "the largest tenant's part of it"],
      rows: balances.map(({ key, shards, maxOverMean, busiestShare, largestTenantOfBusiest }) => [
        key,
        String(shards),
        maxOverMean.toFixed(2),
        `${(busiestShare * 100).toFixed(1)} %`,
        `${(largestTenantOfBusiest * 100).toFixed(0)} %`,
      ]),
    },
    plot: {
      kind: 'lines',
      file: 'shard-balance',
      x: 'shards',
      y: 'busiest over mean',
      lines: keys.map((key) => ({
        label: key,
        points: balances.filter((balance) => balance.key === key).map(({ shards, maxOverMean }) => [shards, maxOverMean] as const),
      })),
    },
  }
}

/** The text of all pages in docs/benchmarks/. */
export function readBenchmarks(): string {
  return readBenchmarkPages()
    .map(({ text }) => text)
    .join('\n')
}

/** Fills the computed parts into the page. */
export function fillPage(text: string, report: string): string {
  let filled = text
  for (const [name, section] of Object.entries(scalingSections(readInputs(report)))) {
    const [begin, end] = [`<!-- scaling:${name} -->`, `<!-- /scaling:${name} -->`]
    const [from, to] = [filled.indexOf(begin), filled.indexOf(end)]
    if (from === -1 || to < from) throw new Error(`docs/scaling.md has no place for ${name}: ${begin} … ${end}`)
    filled = `${filled.slice(0, from + begin.length)}\n${formatSection(section, 'images')}\n${filled.slice(to)}`
  }
  return filled
}

/** Writes the computed parts of docs/scaling.md, and the picture. */
export function writeScalingPage(): void {
  writeFileSync(page, fillPage(readFileSync(page, 'utf8'), readBenchmarks()))
  const { title, plot } = balanceSection()
  mkdirSync(path.join(docs, 'images'), { recursive: true })
  if (plot !== undefined) writeFileSync(path.join(docs, 'images', `${plot.file}.svg`), drawPlot(title, plot))
}

if (import.meta.main) writeScalingPage()
