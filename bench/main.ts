import { fork } from 'node:child_process'
import { benchmarks } from './benchmarks.ts'
import { formatMeasured } from './format-measured.ts'
import type { BenchOptions, Measured } from './row.ts'
import { writeReport } from './write-report.ts'

// npm run bench [-- NAME … --quick --write]. Every benchmark runs in its own process, so that none warms up the next or leaves garbage to it.

const args = process.argv.slice(2)
const isQuick = args.includes('--quick')
const names = args.filter((arg) => !arg.startsWith('--'))
const options: BenchOptions = {
  rounds: Number(process.env.BENCH_ROUNDS ?? (isQuick ? 3 : 7)),
  seconds: Number(process.env.BENCH_SECONDS ?? (isQuick ? 1 : 4)),
  users: Number(process.env.BENCH_USERS ?? (isQuick ? 5_000 : 100_000)),
  instances: Number(process.env.BENCH_INSTANCES ?? (isQuick ? 50_000 : 5_000_000)),
}

if (process.send === undefined) await runAll()
else await runOne()

async function runAll(): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name))
  if (unknown.length > 0) {
    console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${Object.keys(benchmarks).join(', ')}.`)
    process.exit(2)
  }
  const results: Record<string, Measured> = {}
  for (const name of names.length > 0 ? names : Object.keys(benchmarks)) {
    console.error(`${name} …`)
    const measured = await runInProcess(name)
    if (measured === undefined) {
      process.exitCode = 1
      continue
    }
    results[name] = measured
    console.log(`\n${formatMeasured(measured)}\n`)
  }
  if (args.includes('--write')) writeReport(results, Object.keys(benchmarks))
}

function runInProcess(name: string): Promise<Measured | undefined> {
  const flags = args.filter((arg) => arg.startsWith('--'))
  const child = fork(import.meta.filename, [name, ...flags], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
    serialization: 'advanced',
  })
  return new Promise((resolve) => {
    let measured: Measured | undefined
    child.on('message', (message) => {
      measured = message as Measured
    })
    child.on('exit', (code, signal) => {
      if (measured === undefined) console.error(`${name} ended without a result: ${signal ?? `code ${code}`}`)
      resolve(measured)
    })
  })
}

async function runOne(): Promise<void> {
  const [name = ''] = names
  const load = benchmarks[name as keyof typeof benchmarks]
  const benchmark = await load()
  process.send?.(await benchmark(options), () => process.exit(0))
}
