import { setFlagsFromString } from 'node:v8'

/**
 * Makes V8 collect the old generation when it has grown by three quarters since the last collection. By default, on a machine with much
 * memory, V8 waits until it has grown fourfold: under load that is a gigabyte of garbage, for no measurable gain (`docs/benchmarks/start-memory-size.md`).
 */
export function boundHeap(): void {
  setFlagsFromString('--heap-growing-percent=75')
}
