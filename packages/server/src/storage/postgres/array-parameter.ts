// Object ids of the element types, the same in every PostgreSQL.
const TEXT = 25
const INT8 = 20
const HEADER = 20

/**
 * Arrays in PostgreSQL's binary format (src/backend/utils/adt/arrayfuncs.c, `array_recv`). The text format that `pg` makes of a JavaScript array quotes
 * and escapes every element, which the JSON in ours would make twice as long.
 */
export function textArray(values: readonly (string | null)[]): Buffer {
  let bytes = HEADER
  for (const value of values) bytes += 4 + (value === null ? 0 : Buffer.byteLength(value))
  const buffer = Buffer.allocUnsafe(bytes)
  let at = writeHeader(buffer, TEXT, values.length, values.includes(null))
  for (const value of values) {
    if (value === null) {
      at = buffer.writeInt32BE(-1, at)
    } else {
      const length = buffer.write(value, at + 4)
      buffer.writeInt32BE(length, at)
      at += 4 + length
    }
  }
  return buffer.subarray(0, at)
}

/** Safe integers. */
export function integerArray(values: readonly number[]): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER + values.length * 12)
  let at = writeHeader(buffer, INT8, values.length, false)
  for (const value of values) {
    const high = Math.floor(value / 2 ** 32)
    at = buffer.writeInt32BE(8, at)
    at = buffer.writeInt32BE(high, at)
    at = buffer.writeUInt32BE(value - high * 2 ** 32, at)
  }
  return buffer.subarray(0, at)
}

/** One dimension from 1; an empty array has none. */
function writeHeader(buffer: Buffer, elementType: number, length: number, hasNull: boolean): number {
  let at = buffer.writeInt32BE(length === 0 ? 0 : 1, 0)
  at = buffer.writeInt32BE(hasNull ? 1 : 0, at)
  at = buffer.writeInt32BE(elementType, at)
  if (length === 0) return at
  at = buffer.writeInt32BE(length, at)
  return buffer.writeInt32BE(1, at)
}
