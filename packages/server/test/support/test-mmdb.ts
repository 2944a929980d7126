/** A whole MMDB file in which every address has the same record. For tests. */
export function createMmdb(ipVersion: 4 | 6, record: object, builtAt: number): Buffer {
  const nodeCount = 1
  // Both sides of the only node point at the first byte of the data section.
  const pointer = nodeCount + 16
  const tree = Buffer.alloc(6)
  tree.writeUIntBE(pointer, 0, 3)
  tree.writeUIntBE(pointer, 3, 3)
  const metadata = {
    binary_format_major_version: uint(5, 2),
    binary_format_minor_version: uint(5, 0),
    build_epoch: uint(9, builtAt / 1000),
    database_type: 'test',
    description: {},
    ip_version: uint(5, ipVersion),
    languages: [],
    node_count: uint(6, nodeCount),
    record_size: uint(5, 24),
  }
  return Buffer.concat([tree, Buffer.alloc(16), encode(record), Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'), encode(metadata)])
}

interface Uint {
  type: number
  value: number
}

function uint(type: number, value: number): Uint {
  return { type, value }
}

/** MaxMind DB file format, "Data Section": maps, arrays, UTF-8 strings, doubles and unsigned integers under 29 bytes. */
function encode(value: unknown): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)])
  if (typeof value === 'number') {
    const double = Buffer.alloc(8)
    double.writeDoubleBE(value)
    return Buffer.concat([control(3, 8), double])
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)])
  if (isUint(value)) {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(BigInt(value.value))
    const start = bytes.findIndex((byte) => byte !== 0)
    const digits = start === -1 ? Buffer.alloc(0) : bytes.subarray(start)
    return Buffer.concat([control(value.type, digits.length), digits])
  }
  const entries = Object.entries(value as object)
  return Buffer.concat([control(7, entries.length), ...entries.flatMap(([key, entry]) => [encode(key), encode(entry)])])
}

function control(type: number, size: number): Buffer {
  return type < 8 ? Buffer.of((type << 5) | size) : Buffer.of(size, type - 7)
}

function isUint(value: unknown): value is Uint {
  return typeof value === 'object' && value !== null && 'type' in value && 'value' in value
}
