/** Copies numbers to the beginning of a longer array, and returns that. */
export function copyInto<T extends Uint8Array | Float64Array | Int32Array>(into: T, from: T): T {
  into.set(from)
  return into
}
