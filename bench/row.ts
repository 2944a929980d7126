/** One line of the table: ours beside a peer's, measured in one run, in turns. */
export interface Row {
  /** What was done. */
  name: string
  /** Against what. */
  peer: string
  /** Medians of the rounds, in `unit`. `null`: there is no peer, the figure stands against a limit. */
  ours: number
  theirs: number | null
  unit: string
  /** Median of the rounds' ratios, ours over theirs, or ours itself without a peer. */
  ratio: number
  /** Smallest and largest ratio of a round: the noise. */
  range: readonly [number, number]
  rounds: number
  /** The budget; neither: for information. */
  atLeast?: number
  atMost?: number
  note?: string
}

/** A table and a picture that belong to a row: shown below it. */
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
  /** How often every contender has its turn. */
  rounds: number
  /** How long a turn is, where it is measured by the clock. */
  seconds: number
  users: number
  /** Instances in the large store of `growth`. */
  instances: number
}

/** Measures and returns; leaves nothing running. */
export type Benchmark = (options: BenchOptions) => Promise<Measured>
