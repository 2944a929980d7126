import { setFlagsFromString } from 'node:v8'

/**
 * Has V8 collect the old generation when it has grown by a third since the last time. Left to itself, on a machine with much memory, it waits
 * until there is four times as much: under load that is a gigabyte of what nobody needs any more, for no measurable gain (`docs/benchmarks/start-memory-size.md`).
 */
export function boundHeap(): void {
  setFlagsFromString('--heap-growing-percent=75')
}
