import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-seed-'))
after(() => rmSync(dataDir, { recursive: true, force: true }))
const seed = (...flags: string[]) => runSallyport(['seed', ...flags, '--data-dir', dataDir])
const small = ['--demo', '--people', '10', '--days', '3']

test('a store without a tenant gets one with a history, and a second run changes nothing', async () => {
  const first = await seed(...small, '--seed', 'one')
  assert.equal(first.code, 0, first.err)
  const [, tenantId, file] = /^Created tenant (\w+); its API keys are in (.+)\.\n/.exec(first.out) ?? []
  assert.ok(file !== undefined, first.out)
  assert.equal(JSON.parse(readFileSync(file, 'utf8')).tenantId, tenantId)
  assert.match(first.out, /Filled tenant \w+ with [\d,]+ decisions in [\d.]+ s\. All of it is made up\.\n {2}allowed [\d.]+ %, challenged/)
  const second = await seed(...small)
  assert.deepEqual([second.code, second.out], [0, `Tenant ${tenantId} has the demo's history already.\n`])
})

test('without --demo, or with a size that is none, nothing is made up', async () => {
  assert.deepEqual(
    [(await seed()).code, (await seed('--demo', '--days', 'many')).err],
    [2, 'sallyport: --days must be a whole number, 1 to 365, not `many`\n'],
  )
})
