import { inTurns, median } from '../in-turns.ts'
import type { BenchOptions, Section } from '../row.ts'
import { createRun } from '../rows/decision.ts'
import { costTable } from './cost-table.ts'

const ruleCounts = [0, 20, 100, 500, 2_000]
const featureCounts = [0, 7, 15, 30, 60]
/** Decisions in a turn, for each second of its length. */
const decisionsPerSecond = 1_250

/** The cost of a decision as rules grow, then as velocity features grow. The engine alone. */
export async function costOfRulesAndFeatures({ rounds, seconds }: BenchOptions): Promise<Section[]> {
  const rules = await measure(
    rounds,
    decisionsPerSecond * seconds,
    ruleCounts.map((count) => [count, createRun(count, 7)]),
  )
  const features = await measure(
    rounds,
    decisionsPerSecond * seconds,
    featureCounts.map((count) => [count, createRun(20, count)]),
  )
  return [
    costTable({
      title: 'Cost of a decision by number of rules',
      what: 'rules',
      measured: 'The engine alone, with 7 velocity features; an action takes up to 100 rules.',
      file: 'cost-rules',
      points: rules,
    }),
    costTable({
      title: 'Cost of a decision by number of velocity features',
      what: 'features',
      measured: 'The engine alone, with 20 rules. A feature counts something, so every decision does its work.',
      file: 'cost-features',
      points: features,
    }),
  ]
}

async function measure(
  rounds: number,
  turn: number,
  runs: readonly (readonly [size: number, run: (from: number, count: number) => number])[],
): Promise<[size: number, cost: number][]> {
  const contenders = runs.map(([size, run]) => {
    let next = 0
    const take = () => {
      next += turn
      return run(next - turn, turn)
    }
    return [String(size), take] as const
  })
  const figures = await inTurns(rounds, Object.fromEntries(contenders))
  return runs.map(([size]) => [size, median(figures[size] ?? [])])
}
