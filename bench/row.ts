/** One line of the table: our figure beside a peer's, measured in turns in one run. */
export interface Row {
  /** The work that was measured. */
  name: string
  /** The peer or the limit. */
  peer: string
  /** Medians of the rounds, in `unit`. `null`: there is no peer; the figure is compared with a limit. */
  ours: number
  theirs: number | null
  unit: string
  /** Median of the rounds' ratios, ours divided by theirs. Without a peer it is our figure. */
  ratio: number
  /** The smallest and the largest ratio of a round: the noise. */
  range: readonly [number, number]
  rounds: number
  /** The budget. With neither, the row is for information. */
  atLeast?: number
  atMost?: number
  note?: string
}

/** A table and a picture shown below a row. */
export interface Section {
  title: string
  text?: string
  table?: { head: readonly string[]; rows: readonly (readonly string[])[] }
  plot?: Plot
}

export type Plot =
  | { kind: 'bars'; file: string; unit: string; bars: readonly { label: string; value: number }[] }
  | {
      kind: 'lines'
      file: string
      x: string
      y: string
      lines: readonly { label: string; points: readonly (readonly [number, number])[] }[]
    }

export interface Measured {
  rows: readonly Row[]
  sections?: readonly Section[]
}

export interface BenchOptions {
  /** The number of turns of every contender. */
  rounds: number
  /** The length of a turn, where the clock measures it. */
  seconds: number
  users: number
  /** The number of instances in the large store of `growth`. */
  instances: number
}

/** Measures, and leaves nothing running. */
export type Benchmark = (options: BenchOptions) => Promise<Measured>
