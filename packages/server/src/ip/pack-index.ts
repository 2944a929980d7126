import type { Packed } from './packed-file.ts'
import type { RangeIndex } from './range-index.ts'

/** Returns the arrays of an index, for a packed file. */
export function packIndex(index: RangeIndex): Packed['arrays'] {
  const { v4Starts, v4Values, v4Directory, v6Starts, v6Values, v6Directory } = index
  return { v4Starts, v4Values, v4Directory, v6Starts, v6Values, v6Directory }
}

/** Builds an index from the arrays of a packed file. Throws a `RangeError` when one is missing, as in a file of another kind. */
export function unpackIndex(arrays: Packed['arrays']): RangeIndex {
  const { v4Starts, v4Values, v4Directory, v6Starts, v6Values, v6Directory } = arrays
  if (
    !(
      v4Starts instanceof Uint32Array &&
      v4Directory instanceof Uint32Array &&
      v6Starts instanceof Uint32Array &&
      v6Directory instanceof Uint32Array
    ) ||
    v4Values === undefined ||
    v6Values === undefined
  ) {
    throw new RangeError('the packed file holds no range index')
  }
  return { v4Starts, v4Values, v4Directory, v6Starts, v6Values, v6Directory }
}
