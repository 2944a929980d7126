import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'

/** Typed arrays with a JSON header, in one file that can be used as soon as it is read. */
export interface Packed {
  head: { readonly [key: string]: unknown }
  arrays: { readonly [name: string]: Uint8Array | Uint16Array | Uint32Array }
}

const MAGIC = 'SPIP'
const PREAMBLE = 16
const ALIGNMENT = 8

const arrayTypes = { Uint8Array, Uint16Array, Uint32Array }

interface Layout {
  name: string
  type: keyof typeof arrayTypes
  offset: number
  length: number
}

/** Writes beside the target and renames, so that a reader sees the whole old file or the whole new one. */
export function writePacked(path: string, packed: Packed): void {
  let offset = 0
  const layout: Layout[] = []
  for (const [name, array] of Object.entries(packed.arrays)) {
    layout.push({ name, type: typeOf(array), offset, length: array.length })
    offset = aligned(offset + array.byteLength)
  }
  const body = Buffer.alloc(offset)
  Object.values(packed.arrays).forEach((array, at) => {
    body.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), layout[at]?.offset)
  })
  const head = Buffer.from(JSON.stringify({ head: packed.head, layout }).padEnd(1))
  const paddedHead = Buffer.concat([head, Buffer.alloc(aligned(PREAMBLE + head.length) - PREAMBLE - head.length, ' ')])
  const preamble = Buffer.alloc(PREAMBLE)
  preamble.write(MAGIC)
  preamble.writeUInt32LE(paddedHead.length, 4)
  preamble.writeUInt32LE(crc32(body, crc32(paddedHead)), 8)
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, Buffer.concat([preamble, paddedHead, body]))
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** Reads a file of `writePacked`. `undefined`: absent, of another layout, cut short or damaged. The arrays are views of one buffer. */
export function readPacked(path: string): Packed | undefined {
  try {
    return unpack(readFileSync(path))
  } catch {
    return undefined
  }
}

/** The same; the file is read on another thread. */
export async function readPackedAside(path: string): Promise<Packed | undefined> {
  try {
    return unpack(await readFile(path))
  } catch {
    return undefined
  }
}

/** Throws a `RangeError` or a `SyntaxError` when the file is cut short in some place. */
function unpack(file: Buffer<ArrayBuffer>): Packed | undefined {
  if (file.toString('latin1', 0, 4) !== MAGIC) return undefined
  const headEnd = PREAMBLE + file.readUInt32LE(4)
  if (crc32(file.subarray(PREAMBLE)) !== file.readUInt32LE(8)) return undefined
  const { head, layout } = JSON.parse(file.toString('utf8', PREAMBLE, headEnd)) as { head: Packed['head']; layout: Layout[] }
  const arrays = layout.map(({ name, type, offset, length }) => {
    const start = file.byteOffset + headEnd + offset
    return [name, new arrayTypes[type](file.buffer, start, length)] as const
  })
  return { head, arrays: Object.fromEntries(arrays) }
}

function typeOf(array: Uint8Array | Uint16Array | Uint32Array): keyof typeof arrayTypes {
  if (array instanceof Uint32Array) return 'Uint32Array'
  return array instanceof Uint16Array ? 'Uint16Array' : 'Uint8Array'
}

function aligned(offset: number): number {
  return Math.ceil(offset / ALIGNMENT) * ALIGNMENT
}
