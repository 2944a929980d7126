import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blocksFor, createKeyFilter, HASHES } from './key-filter.ts'

/** Hashes that look like chance, and are the same each time. */
function hashes(count: number, seed: number): number[] {
  let state = seed
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state
  }
  return Array.from({ length: count }, () => (next() % 2 ** 26) * 2 ** 26 + (next() >>> 6))
}

const edges = [0, 1, HASHES / 2 - 1, HASHES / 2, HASHES - 1]

test('what was added may be there, and of what was not, less than one in a hundred may', () => {
  const count = 50_000
  const filter = createKeyFilter(blocksFor(count))
  const added = [...edges, ...hashes(count, 1)]
  for (const hash of added) filter.add(hash)
  assert.ok(added.every(filter.mayHave))
  const others = hashes(count, 2)
  const taken = others.filter(filter.mayHave).length
  assert.ok(taken < count / 100, `${taken} of ${count}`)
})

test('pieces make the same filter again, and each is whole when the hashes of its range were added', () => {
  const count = 300_000
  const blocks = blocksFor(count)
  const filter = createKeyFilter(blocks)
  const again = createKeyFilter(blocks)
  const added = [...edges, ...hashes(count, 3)].sort((a, b) => a - b)
  let next = 0
  for (let piece = 0; piece < filter.pieces; piece++) {
    for (const { to } = filter.rangeOf(piece); next < added.length && (added[next] as number) < to; next++)
      filter.add(added[next] as number)
    again.loadPiece(piece, filter.piece(piece))
  }
  assert.ok(filter.pieces > 5)
  assert.equal(next, added.length)
  assert.ok(added.every(again.mayHave))
})
