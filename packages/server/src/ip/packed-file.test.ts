import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readPacked, writePacked } from './packed-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'sallyport-pack-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const packed = {
  head: { codes: ['NZ', 'DE'], note: 'ä' },
  arrays: { odd: Uint8Array.of(1, 2, 3), words: Uint32Array.of(1, 4_294_967_295), small: Uint16Array.of(65_535), none: new Uint32Array(0) },
}

test('what was packed is read back, in a file that appears whole', () => {
  const path = join(directory, 'deeper', 'a.pack')
  writePacked(path, packed)
  assert.deepEqual(readPacked(path), packed)
  assert.deepEqual(readdirSync(join(directory, 'deeper')), ['a.pack'])
})

test('RE-06: a pack that is missing, cut short or damaged is not read', () => {
  const path = join(directory, 'b.pack')
  assert.equal(readPacked(path), undefined)
  writePacked(path, packed)
  const whole = readFileSync(path)
  for (const length of [0, 3, 16, 40, whole.length - 1]) {
    truncateSync(path, length)
    assert.equal(readPacked(path), undefined, `${length} bytes`)
    writeFileSync(path, whole)
  }
  for (const at of [0, 5, 9, 20, whole.length - 3]) {
    const damaged = Buffer.from(whole)
    damaged[at] = (damaged[at] ?? 0) ^ 1
    writeFileSync(path, damaged)
    assert.equal(readPacked(path), undefined, `byte ${at}`)
  }
})
