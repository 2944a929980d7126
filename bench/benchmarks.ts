import type { Benchmark } from './row.ts'

/** Every benchmark by its name, in the order of the report. */
export const benchmarks = {
  track: async () => (await import('./rows/track.ts')).track,
  steps: async () => (await import('./rows/steps.ts')).steps,
  decision: async () => (await import('./rows/decision.ts')).decision,
} satisfies Record<string, () => Promise<Benchmark>>
