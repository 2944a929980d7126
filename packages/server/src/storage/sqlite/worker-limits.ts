import type { ResourceLimits } from 'node:worker_threads'

/**
 * For threads beside the one that decides. What they make lives for a moment only. V8 would by default let the room for young objects grow to 60 MB in each
 * thread (`docs/benchmarks/start-memory-size.md`).
 */
export const workerLimits: ResourceLimits = { maxYoungGenerationSizeMb: 12 }
