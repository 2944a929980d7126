import type { IndexValues, RangeIndex } from './range-index.ts'

/** Collects boundaries in ascending order. Neighbours with the same value are merged. */
export interface RangeIndexBuilder {
  /** From this IPv4 address on, the value is `value`. */
  setV4(start: number, value: number): void
  setV6(a: number, b: number, c: number, d: number, value: number): void
  build(): RangeIndex
}

/** Throws a `RangeError` when boundaries do not ascend, because the source is unsorted or its ranges overlap. */
export function createRangeIndexBuilder(): RangeIndexBuilder {
  let v4Starts = new Uint32Array(1 << 16)
  let v4Values = new Uint32Array(1 << 16)
  let v6Starts = new Uint32Array(1 << 16)
  let v6Values = new Uint32Array(1 << 14)
  let v4Length = 1
  let v6Length = 1
  let greatest = 0

  return {
    setV4(start, value) {
      greatest = Math.max(greatest, value)
      const last = v4Length - 1
      const lastStart = v4Starts[last] ?? 0
      if (start < lastStart) throw new RangeError('IPv4 ranges are not in ascending order')
      if (v4Values[last] === value) return
      if (start === lastStart) {
        v4Values[last] = value
        return
      }
      if (v4Length === v4Starts.length) {
        v4Starts = grown(v4Starts)
        v4Values = grown(v4Values)
      }
      v4Starts[v4Length] = start
      v4Values[v4Length] = value
      v4Length += 1
    },
    setV6(a, b, c, d, value) {
      greatest = Math.max(greatest, value)
      const last = v6Length - 1
      const at = last * 4
      const order = a - (v6Starts[at] ?? 0) || b - (v6Starts[at + 1] ?? 0) || c - (v6Starts[at + 2] ?? 0) || d - (v6Starts[at + 3] ?? 0)
      if (order < 0) throw new RangeError('IPv6 ranges are not in ascending order')
      if (v6Values[last] === value) return
      if (order === 0) {
        v6Values[last] = value
        return
      }
      if (v6Length === v6Values.length) {
        v6Starts = grown(v6Starts)
        v6Values = grown(v6Values)
      }
      v6Starts.set([a, b, c, d], v6Length * 4)
      v6Values[v6Length] = value
      v6Length += 1
    },
    build() {
      const v4 = v4Starts.slice(0, v4Length)
      const v6 = v6Starts.slice(0, v6Length * 4)
      return {
        v4Starts: v4,
        v4Values: narrow(v4Values.subarray(0, v4Length), greatest),
        v4Directory: directoryOf(v4, 1),
        v6Starts: v6,
        v6Values: narrow(v6Values.subarray(0, v6Length), greatest),
        v6Directory: directoryOf(v6, 4),
      }
    },
  }
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2)
  larger.set(array)
  return larger
}

function narrow(values: Uint32Array, greatest: number): IndexValues {
  if (greatest < 256) return Uint8Array.from(values)
  return greatest < 65_536 ? Uint16Array.from(values) : values.slice()
}

/** For each top 16 bits, how many boundaries lie before them. A boundary is `width` words; the first one holds those bits. */
function directoryOf(starts: Uint32Array, width: 1 | 4): Uint32Array {
  const directory = new Uint32Array(65_537)
  const count = starts.length / width
  let at = 0
  for (let top = 0; top <= 65_536; top += 1) {
    // Boundaries exactly at the start of a block belong to it.
    while (at < count && (starts[at * width] ?? 0) < top * 65_536) at += 1
    directory[top] = at
  }
  return directory
}
