import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { configureAction } from '../../test/support/test-action.ts'
import { createTestApp } from '../../test/support/test-app.ts'

const server = await createTestApp()
const { app, asServer, asManagement, tenant, close } = server
const directory = mkdtempSync(join(tmpdir(), 'sallyport-people-'))
after(async () => {
  await close()
  rmSync(directory, { recursive: true })
})
await configureAction(server, 'pay', { defaultOutcome: 'ALLOW', rules: [] })
const url = await app.listen({ port: 0, host: '127.0.0.1' })
const env = { SALLYPORT_API_URL: url, SALLYPORT_MANAGEMENT_KEY: tenant.managementKey }
const run = (...args: string[]) => runSallyport(args, { env, cwd: directory })

async function track(userId: string, idempotencyKey: string) {
  const reply = await app.inject({
    method: 'POST',
    url: `/v1/users/${encodeURIComponent(userId)}/actions/pay`,
    headers: asServer,
    payload: { idempotencyKey },
  })
  assert.equal(reply.statusCode, 200, reply.body)
}

test('what is missing is wrong usage, and what is refused is a failure', async () => {
  const of = ['ann', 'pay', 'k']
  const runs = await Promise.all([
    run('review', 'approve', ...of),
    run('review', 'list', '--order', 'random'),
    run('dispute', ...of),
    run('label', 'import'),
    runSallyport(['label', 'good', ...of]),
    run('label', 'fraud', ...of),
    run('review', 'claim', ...of),
    run('label', 'import', 'nowhere.csv'),
  ])
  assert.deepEqual(
    runs.map(({ code, out }) => [code, out]),
    [2, 2, 2, 2, 2, 1, 1, 1].map((code) => [code, '']),
    runs.map(({ err }) => err).join('\n'),
  )
  assert.equal(runs[5]?.err, 'sallyport: the user has no such action\n')
  assert.match(runs[7]?.err ?? '', /does not exist: check the path/)
})

test('a file of several batches is imported whole, told row by row as JSON, and its problems are no formulas', async () => {
  await track('=HYPERLINK("x")', 'k')
  for (let n = 0; n < 1100; n += 100) await Promise.all(Array.from({ length: 100 }, (_, i) => track('ann', `k${n + i}`)))
  const rows = Array.from({ length: 1100 }, (_, n) => `ann;pay;k${n}`)
  writeFileSync(join(directory, 'all.csv'), `userId;action;idempotencyKey\r\n${rows.join('\r\n')}\r\n"=HYPERLINK(""x"")";pay;none\r\n`)
  const { code, out, err } = await run('label', 'import', 'all.csv', '--label', 'good', '--json', '--problems', 'problems.csv')
  assert.deepEqual([code, err], [1, ''])
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.equal(lines.filter(({ became, label }) => became === 'matched' && label === 'good').length, 1100)
  assert.deepEqual(
    lines.filter(({ became }) => became !== 'matched'),
    [{ became: 'unmatched', line: 1102, reason: 'the user has no action with this key' }],
  )
  const [, problem] = readFileSync(join(directory, 'problems.csv'), 'utf8').split('\r\n')
  assert.equal(problem, `1102,"'=HYPERLINK(""x"")",pay,none,,,the user has no action with this key`)
  const again = await run('label', 'import', 'all.csv', '--label', 'good')
  assert.match(again.out, /^1101 row\(s\): 0 labelled, 1100 already labelled, 1 without a match, 0 with several\.\n$/)
})

test('A4: a file that is not UTF-8 is refused before anything is sent', async () => {
  await track('bob', 'k')
  writeFileSync(join(directory, 'latin.csv'), Buffer.from('userId,action,idempotencyKey\nbob,pay,k\nM\u00fcller,pay,k\n', 'latin1'))
  const { code, out, err } = await run('label', 'import', 'latin.csv')
  assert.deepEqual([code, out], [1, ''])
  assert.equal(err, 'sallyport: latin.csv is not UTF-8: save it as "CSV UTF-8"\n')
  const shown = await app.inject({ url: '/v1/users/bob/actions/pay/k', headers: asServer })
  assert.ok(!('label' in shown.json()))
})

test('a label is given and taken away', async () => {
  await track('cat', 'k')
  const label = async () => (await app.inject({ url: '/v1/users/cat/actions/pay/k', headers: asServer })).json().label?.value
  assert.equal((await run('label', 'fraud', 'cat', 'pay', 'k', '--reason', 'case 1')).out, 'Labelled as fraud: pay k of cat.\n')
  assert.equal(await label(), 'fraud')
  assert.equal((await run('label', 'remove', 'cat', 'pay', 'k')).out, 'Took the label off pay k of cat.\n')
  assert.equal(await label(), undefined)
  const { entries } = (await app.inject({ url: '/v1/management/audit?user=cat', headers: asManagement })).json()
  assert.equal(entries.length, 2)
})
