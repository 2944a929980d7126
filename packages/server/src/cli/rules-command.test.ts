import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { loadConfig, type RunningServer, startServer } from '../app/start-server.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-rules-cli-'))
const keys = { management: 'management-key-of-the-rules-test-5f0c', secret: 'secret-key-of-the-rules-test-93ab1c7e' }
let server: RunningServer

before(async () => {
  const settings = {
    'data-dir': join(dataDir, 'data'),
    port: '0',
    'log-level': 'silent',
    'bootstrap-tenant-id': 'bank',
    'bootstrap-secret-key': keys.secret,
    'bootstrap-management-key': keys.management,
  }
  server = await startServer(loadConfig(settings, {}))
})
after(async () => {
  await server.close()
  rmSync(dataDir, { recursive: true })
})

const sallyport = (args: string[], env: Record<string, string> = {}) => runSallyport(['rules', ...args], { env })
const online = (...args: string[]) => sallyport(args, { SALLYPORT_API_URL: `${server.url}/v1`, SALLYPORT_MANAGEMENT_KEY: keys.management })

const file = join(dataDir, 'transfer.yaml')
const transfer = `# The transfer of the demo bank.
action: transfer
defaultOutcome: ALLOW
settings: { requiredDataPoints: [ amount ] }
rules:
  - name: Blocked country
    outcome: BLOCK
    conditions:
      in: [ { var: ip.countryCode }, { var: lists.blocked-countries } ]
  - name: High amount
    outcome: CHALLENGE
    conditions:
      '>': [ { var: custom.amount }, 2000 ]   # dollars
tests:
  - name: A large transfer is challenged
    event: { custom: { amount: 3000 }, signals: { ip.countryCode: US } }
    expect: { outcome: CHALLENGE, rule: High amount }
  - name: A small one is not
    event: { custom: { amount: 30 }, ipAddress: 127.0.0.1 }
    expect: { outcome: ALLOW }
dataPoints:
  - { name: amount, dataType: number, modelType: action }
lists:
  - name: Blocked countries
    items: [ KP, NO ]
features:
  - { name: sum24h, metric: sum, of: custom.amount, per: user, windowMinutes: 1440 }
`
writeFileSync(file, transfer)
const variant = (name: string, change: (text: string) => string) => {
  const path = join(dataDir, name)
  writeFileSync(path, change(transfer))
  return path
}

test('C1, C4: files with a constant that can never match are refused, and what matches always is noted', async () => {
  const misspelt = variant('misspelt.yaml', (text) => text.replace('{ var: lists.blocked-countries }', '[ kp, no ]'))
  const always = variant('always.yaml', (text) => text.replace(/conditions:\n {6}'>'.*\n/, 'conditions: {}\n'))
  const [tested, imported, noted] = await Promise.all([
    sallyport(['test', misspelt]),
    online('import', misspelt),
    sallyport(['test', always]),
  ])
  for (const { code, err } of [tested, imported]) {
    assert.equal(code, 1)
    assert.match(err, /`kp` is not a two-letter country code.*did you mean `KP`\?.*did you mean `NO`\?/)
  }
  assert.match(noted.out, /^note: High amount: \$ matches always/)
})

test('files are tested and explained without a server', async () => {
  const failing = variant('failing.yaml', (text) => text.replace('2000', '5000'))
  const wrong = variant('wrong.yaml', (text) => text.replace('ip.countryCode }, {', 'ip.contryCode }, {'))
  const alone = variant('alone.yaml', (text) => text.slice(0, text.indexOf('lists:')))
  const [passed, failed, refused, lacking, explained, usage] = await Promise.all([
    sallyport(['test', file]),
    sallyport(['test', failing]),
    sallyport(['test', wrong]),
    sallyport(['test', alone]),
    sallyport(['explain', file]),
    sallyport(['test']),
  ])
  assert.deepEqual(passed, {
    code: 0,
    out: 'ok    transfer: A large transfer is challenged\nok    transfer: A small one is not\n2 passed, 0 failed.\n',
    err: '',
  })
  assert.equal(failed.code, 1)
  assert.match(
    failed.out,
    /FAIL {2}transfer: A large transfer is challenged\n {6}Expected CHALLENGE by \*High amount\*\. Allowed by default/,
  )
  assert.equal(refused.code, 1)
  assert.match(refused.err, /transfer: rule `Blocked country`: .*did you mean `ip.countryCode`/)
  assert.equal(lacking.code, 1)
  assert.match(lacking.err, /no active list `blocked-countries`\nTo use definitions that are not in the files, name a server/)
  assert.deepEqual(explained, {
    code: 0,
    out: [
      'transfer',
      '   0  Blocked country: Block when the country of the address is on the list “Blocked countries”.',
      '   1  High amount: Challenge when the amount is over 2,000.',
      '  --  When no rule matches: ALLOW.',
      '',
    ].join('\n'),
    err: '',
  })
  assert.deepEqual([usage.code, usage.err], [2, 'sallyport: set SALLYPORT_MANAGEMENT_KEY or pass --management-key\n'])
})

test('an import says what it would change, changes it once, and then nothing', async () => {
  const versions = async () => {
    const authorization = `Basic ${Buffer.from(`${keys.management}:`).toString('base64')}`
    const response = await fetch(`${server.url}/v1/management/action-configurations/transfer/policy-versions`, {
      headers: { authorization },
    })
    return response.ok ? ((await response.json()) as unknown[]).length : 0
  }
  const dry = await online('import', file, '--dry-run')
  assert.equal(dry.code, 0, dry.err)
  assert.match(
    dry.out,
    /^Shared\n {2}New data point \*amount\*: number, of the action\.\n {2}New list \*blocked-countries\* with 2 entries\.\n {2}New velocity feature \*sum24h\*\.\ntransfer\n/,
  )
  assert.match(dry.out, /New rule \*High amount\* with priority 1: Challenge when the amount is over 2,000\./)
  assert.match(dry.out, /2 passed, 0 failed\.\n$/)
  assert.equal(await versions(), 0)

  const first = await online('import', file, '--message', 'from the repository')
  assert.equal(first.code, 0, first.err)
  assert.match(first.out, /transfer is at version 1\.\n$/)
  const [again, differs, tested] = await Promise.all([
    online('import', file),
    online(
      'diff',
      variant('higher.yaml', (text) => text.replace('2000', '2500').replace('[ KP, NO ]', '[ KP, IR, CU ]').replace('1440', '720')),
    ),
    online('test'),
  ])
  assert.deepEqual([again.code, again.out], [0, 'Nothing to change.\n'])
  assert.equal(await versions(), 1)
  assert.deepEqual(
    [differs.code, differs.out],
    [
      1,
      'Shared\n  List *blocked-countries*: 2 entries more; 1 entry less.\n  Velocity feature *sum24h*: now counts something else and starts from zero.\ntransfer\n  Rule *High amount*: applies when the amount is over 2,500, before when the amount is over 2,000.\n',
    ],
  )
  assert.deepEqual([tested.code, tested.out.trim().split('\n').at(-1)], [0, '2 passed, 0 failed.'])
})

test('what is exported imports as it is, and shows the same rules', async () => {
  const folder = join(dataDir, 'exported')
  const exported = await online('export', folder)
  assert.equal(exported.code, 0, exported.err)
  assert.match(readFileSync(join(folder, 'transfer.yaml'), 'utf8'), /- name: High amount\n {4}outcome: CHALLENGE\n {4}priority: 1\n/)
  const [back, stdout, unchanged] = await Promise.all([
    online('import', folder, '--dry-run'),
    online('export', '--action', 'transfer', '--format', 'json'),
    online('export', folder),
  ])
  assert.deepEqual(
    [back.code, back.out.split('\n')[0], back.out.split('\n').at(-2)],
    [0, 'Nothing to change.', '2 passed, 0 failed.'],
    back.err,
  )
  assert.equal(unchanged.out.includes('wrote'), false)
  const document = JSON.parse(stdout.out)
  assert.deepEqual(
    Object.keys(document),
    ['action', 'defaultOutcome', 'settings', 'rules', 'tests', 'dataPoints', 'lists'],
    'it stands alone',
  )
})

test('an import that a test, a type or another editor forbids changes no action', async () => {
  const breaking = variant('breaking.yaml', (text) => text.replace(/tests:[\s\S]*dataPoints:/, 'dataPoints:').replace('2000', '9000'))
  const refused = await online('import', breaking)
  assert.equal(refused.code, 1)
  assert.match(refused.err, /nothing was saved: the test `A large transfer is challenged` would fail/)
  const retyped = await online(
    'import',
    variant('retyped.yaml', (text) => text.replace('dataType: number', 'dataType: text')),
  )
  assert.match(retyped.err, /the data point `amount` has type number for the action and cannot become text/)
  const forced = await online('import', breaking, '--ignore-failing-tests')
  assert.match(forced.out, /transfer is at version 2\./)
  const versions = await online('diff', '--action', 'transfer', '--from', '1')
  assert.deepEqual(
    [versions.code, versions.out],
    [1, 'Rule *High amount*: applies when the amount is over 9,000, before when the amount is over 2,000.\n'],
  )
})

test('a backtest tries the rules of a file on the history of the server', async () => {
  const authorization = `Basic ${Buffer.from(`${keys.secret}:`).toString('base64')}`
  for (const amount of [10, 1500, 2500]) {
    const headers = { authorization, 'content-type': 'application/json' }
    const body = JSON.stringify({ custom: { amount } })
    const tracked = await fetch(`${server.url}/v1/users/u${amount}/actions/transfer`, { method: 'POST', headers, body })
    assert.equal(tracked.status, 200)
  }
  const lower = variant('lower.yaml', (text) => text.replace('2000', '1000'))
  const { code, out, err } = await online('backtest', lower)
  assert.equal(code, 0, err)
  assert.match(out, /^transfer: 3 instances from /)
  assert.match(out, /CHALLENGE {12}0 {11}2\n/)
  assert.match(out, /2 decisions differ, of 2 users; \+/)
  assert.match(out, /High amount: 2 matches, 2 by it alone/)
})

test('a wrong key, no server and wrong usage are said plainly', async () => {
  const [key, nobody, usage] = await Promise.all([
    sallyport(['export', '--url', server.url, '--management-key', 'wrong']),
    sallyport(['export', '--url', 'http://127.0.0.1:9', '--management-key', 'x']),
    online('diff'),
  ])
  assert.equal(key.code, 1)
  assert.match(
    key.err,
    /^sallyport: http:\S+\/v1\/management does not accept the key: it is unknown, no longer in force, or of another API/,
  )
  assert.deepEqual([nobody.code, nobody.err], [1, 'sallyport: nothing answers at http://127.0.0.1:9/v1/management\n'])
  assert.equal(usage.code, 2)
})

test("AD-06: an analyst's key imports and exports rules; a viewer's exports them, and is told why it cannot import", async () => {
  const keyOf = async (role: string) => {
    const dir = ['--data-dir', join(dataDir, 'data')]
    const { out, err } = await runSallyport(['key', 'create', '--kind', 'management', '--role', role, '--name', role, '--json', ...dir])
    assert.equal(err, '')
    return { SALLYPORT_API_URL: `${server.url}/v1`, SALLYPORT_MANAGEMENT_KEY: String(JSON.parse(out).key) }
  }
  const [analyst, viewer] = [await keyOf('analyst'), await keyOf('viewer')]
  const imported = await sallyport(['import', file], analyst)
  assert.equal(imported.code, 0, imported.err)
  for (const [name, env] of Object.entries({ analyst, viewer })) {
    const exported = await sallyport(['export', join(dataDir, `of-${name}`)], env)
    assert.equal(exported.code, 0, exported.err)
  }
  const refused = await sallyport(['import', variant('other.yaml', (text) => text.replace('2000', '2500'))], viewer)
  assert.equal(refused.code, 1)
  assert.match(refused.err, /the role `viewer` may not do this: it takes `owner`, `admin` or `analyst`/)
})

test('a rule is snoozed and woken by its name, and an import where a second person is required is only proposed', async () => {
  const snoozed = await online('snooze', 'transfer', 'High amount', '--user', 'ann', '--until', '7d', '--reason', 'moves house')
  assert.equal(snoozed.code, 0, snoozed.err)
  assert.match(snoozed.out, /^High amount is snoozed for user ann until \d{4}-\S+Z\.\n$/)
  assert.match((await online('explain')).out, /High amount: .* \(snoozed for the user `ann` until /)
  assert.deepEqual(
    [(await online('wake', 'transfer', 'High amount', '--user', 'ann')).out],
    ['High amount is no longer snoozed for user ann.\n'],
  )
  assert.equal((await online('wake', 'transfer', 'High amount')).code, 2)
  assert.match(
    (await online('snooze', 'transfer', 'Nobody', '--user', 'a', '--until', '1d', '--reason', 'x')).err,
    /transfer has no rule `Nobody`/,
  )

  const proposals = (...args: string[]) =>
    runSallyport(['proposals', ...args], { env: { SALLYPORT_API_URL: `${server.url}/v1`, SALLYPORT_MANAGEMENT_KEY: keys.management } })
  assert.equal((await proposals('require', 'transfer')).out, 'Changes of transfer need a second person from now on.\n')
  const proposed = await online(
    'import',
    variant('proposed.yaml', (text) => text.replace('2000', '7000')),
    '--ignore-failing-tests',
  )
  assert.equal(proposed.code, 0, proposed.err)
  const id =
    /Proposed, not in force yet: changes of transfer need a second person\.\nSomebody else runs: sallyport proposals approve (\S+)\n$/.exec(
      proposed.out,
    )?.[1]
  assert.ok(id !== undefined, proposed.out)
  const [listed] = (await proposals('list', '--state', 'open')).out.trim().split('\n')
  assert.deepEqual([JSON.parse(listed ?? '').proposalId, JSON.parse(listed ?? '').actions], [id, 'transfer'])
  assert.match((await proposals('show', id)).out, /^open, by .*\ntransfer\n {2}Rule \*High amount\*: applies when the amount is over 7,000/)
  assert.match((await proposals('approve', id)).err, /approved by somebody other than its author/)
  assert.equal((await proposals('withdraw', id)).out, `Withdrew ${id}.\n`)
  assert.match((await proposals('require', 'transfer', '--off')).out, /need nobody else/)
})
