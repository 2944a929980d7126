import { setFlagsFromString } from 'node:v8'

/**
 * Two settings of V8's garbage collector that a server under load needs otherwise than a program that runs for a moment
 * (`docs/benchmarks/start-memory-size.md`, `docs/benchmarks/way-in-and-out.md`).
 *
 * - It collects the old generation when that has grown by three quarters since the last collection. By default, on a machine with much memory, V8 waits until it has
 *   grown fourfold: under load that is a gigabyte of garbage, for no measurable gain.
 * - It makes all objects among the young. By default V8 guesses which kinds of objects will become old, and makes those among the old. Requests are what it guesses: each
 *   dead one then keeps what it points to alive, until the whole heap is collected.
 */
export function tuneCollector(): void {
  setFlagsFromString('--heap-growing-percent=75')
  setFlagsFromString('--no-allocation-site-pretenuring')
}
