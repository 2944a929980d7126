import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openIpIntelligence } from './open-ip-intelligence.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-memory-'))
test.after(() => rmSync(dataDir, { recursive: true, force: true }))

function megabytes(): number {
  const { heapUsed, arrayBuffers, external } = process.memoryUsage()
  return (heapUsed + Math.max(arrayBuffers, external)) / 1024 / 1024
}

test('all data sets that come with the server take at most 60 MB of memory, also after 100,000 look-ups', async () => {
  // The first one makes packs that are missing, which takes more for a moment.
  await openIpIntelligence({ dataDir, clock: Date.now })
  const before = megabytes()
  const ip = await openIpIntelligence({ dataDir, clock: Date.now })
  for (let i = 0; i < 100_000; i += 1) ip.lookUp(`${1 + (i % 222)}.${(i * 7) % 256}.${(i * 31) % 256}.${i % 256}`)
  const taken = megabytes() - before
  assert.ok(taken < 60, `${taken.toFixed(1)} MB`)
  assert.ok(ip.dataSets().some(({ name, entries }) => name === 'asn' && entries > 100_000))
})
