import type { Row } from './row.ts'

/** The figures of each contender, one per round. */
export type Rounds = Record<string, number[]>

/**
 * Runs every contender once per round, A B A B, so that a disturbance of the machine affects all of them. The first round is a warm-up and is
 * not counted.
 */
export async function inTurns(
  rounds: number,
  contenders: Readonly<Record<string, () => number | Promise<number>>>,
  { warmUp = true } = {},
): Promise<Rounds> {
  const figures: Rounds = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]))
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const figure = await run()
      if (round >= 0) figures[name]?.push(figure)
    }
  }
  return figures
}

/** Makes a row from the rounds of two contenders. Each ratio is taken within one round. */
export function toRow(about: Pick<Row, 'name' | 'peer' | 'unit' | 'atLeast' | 'atMost' | 'note'>, ours: number[], theirs: number[]): Row {
  const ratios = ours.map((figure, round) => figure / (theirs[round] ?? Number.NaN))
  return {
    ...about,
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ratios),
    range: [Math.min(...ratios), Math.max(...ratios)],
    rounds: ours.length,
  }
}

/** Makes a row that is compared with a limit instead of a peer. */
export function toLimitRow(about: Pick<Row, 'name' | 'unit' | 'atMost' | 'note'>, figures: number[]): Row {
  const figure = median(figures)
  return {
    ...about,
    peer: 'limit',
    ours: figure,
    theirs: null,
    ratio: figure,
    range: [Math.min(...figures), Math.max(...figures)],
    rounds: figures.length,
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
