import type { Benchmark } from './row.ts'

/** Every benchmark by name, in the order of the report. */
export const benchmarks = {
  track: async () => (await import('./rows/track.ts')).track,
  peers: async () => (await import('./rows/peers.ts')).peers,
  steps: async () => (await import('./rows/steps.ts')).steps,
  commit: async () => (await import('./rows/commit.ts')).commit,
  growth: async () => (await import('./rows/growth.ts')).growth,
  costs: async () => (await import('./rows/costs.ts')).costs,
  postgres: async () => (await import('./rows/postgres.ts')).postgres,
  decision: async () => (await import('./rows/decision.ts')).decision,
  rules: async () => (await import('./rows/rules.ts')).rules,
  ip: async () => (await import('./rows/ip.ts')).ip,
  passkey: async () => (await import('./rows/passkey.ts')).passkey,
  backtest: async () => (await import('./rows/backtest.ts')).backtest,
  read: async () => (await import('./rows/read.ts')).read,
  start: async () => (await import('./rows/start.ts')).start,
  sdk: async () => (await import('./rows/sdk.ts')).sdk,
  trust: async () => (await import('./rows/trust.ts')).trust,
} satisfies Record<string, () => Promise<Benchmark>>
