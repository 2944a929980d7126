import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { ConfigError, loadConfig, loadRemoteConfig, settings } from './config.ts'

function problemsOf(env: Record<string, string>, flags: Record<string, string> = {}): readonly string[] {
  try {
    loadConfig(flags, env)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.problems
  }
}

test('nothing set gives a server for this machine alone', () => {
  const config = loadConfig({}, {})
  assert.equal(config.port, 4000)
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.databaseUrl, undefined)
  assert.equal(config.publicUrl, 'http://localhost:4000')
  assert.match(config.dataDir, /\/data$/)
  assert.deepEqual(config.trustedProxies, [])
  assert.equal(config.logLevel, 'info')
  assert.deepEqual(config.retention, { eventDays: 180, auditDays: 400 })
})

test('every variable is also a flag, and the flag wins', () => {
  for (const { variable, flag } of settings) assert.equal(flag, variable.slice('SALLYPORT_'.length).toLowerCase().replaceAll('_', '-'))
  assert.equal(loadConfig({ port: '5001' }, { SALLYPORT_PORT: '5000' }).port, 5001)
})

test('an unknown SALLYPORT_ variable is an error that names it', () => {
  assert.deepEqual(problemsOf({ SALLYPORT_PROT: '4000', SALLYPORT_DATADIR: 'x', OTHER: '1' }), [
    'SALLYPORT_PROT is not a setting of this version',
    'SALLYPORT_DATADIR is not a setting of this version',
  ])
})

test('LG-03: how long data is kept is a number of days', () => {
  const { retention } = loadConfig({ 'audit-retention-days': '0' }, { SALLYPORT_RETENTION_DAYS: '30' })
  assert.deepEqual(retention, { eventDays: 30, auditDays: 0 })
  assert.deepEqual(problemsOf({ SALLYPORT_RETENTION_DAYS: '-1' }), ['SALLYPORT_RETENTION_DAYS must be a number of days, 0 to 99999'])
})

test('lists of addresses are refreshed by themselves unless that is switched off', () => {
  assert.deepEqual([loadConfig({}, {}).ipUpdates, loadConfig({}, { SALLYPORT_IP_UPDATES: 'off' }).ipUpdates], [true, false])
  assert.equal(loadConfig({ 'ip-updates': 'on' }, { SALLYPORT_IP_UPDATES: 'off' }).ipUpdates, true)
  assert.deepEqual(problemsOf({ SALLYPORT_IP_UPDATES: 'no' }), ['SALLYPORT_IP_UPDATES must be on or off'])
})

test('an empty variable counts as unset', () => {
  assert.equal(loadConfig({}, { SALLYPORT_PORT: '', SALLYPORT_MASTER_KEY: '' }).port, 4000)
})

test('every problem is named at once', () => {
  const problems = problemsOf({
    SALLYPORT_PORT: '99999',
    SALLYPORT_PUBLIC_URL: 'example.com/path',
    SALLYPORT_DATABASE_URL: 'mysql://x',
    SALLYPORT_LOG_LEVEL: 'loud',
    SALLYPORT_TRUSTED_PROXIES: '10.0.0.0/8, 300.1.1.1, 10.0.0.0/33, ::1/128',
    SALLYPORT_BOOTSTRAP_TENANT_ID: 'a b',
    SALLYPORT_BOOTSTRAP_RP_ID: '127.0.0.1',
    SALLYPORT_BOOTSTRAP_ORIGINS: 'https://ok.example, javascript:alert(1)',
  })
  assert.equal(problems.length, 9, problems.join('\n'))
})

test('IP-01: a range that makes a proxy of everybody is refused', () => {
  assert.match(problemsOf({ SALLYPORT_TRUSTED_PROXIES: '0.0.0.0/0' })[0] ?? '', /would trust every address/)
})

test('TK-07: the server does not start with a weak secret', () => {
  for (const variable of ['SALLYPORT_BOOTSTRAP_SECRET_KEY', 'SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY', 'SALLYPORT_MASTER_KEY']) {
    for (const secret of ['secret', 'changeme', 'a'.repeat(64), 'sallyport-secret-key-change-me-default']) {
      const problems = problemsOf({ SALLYPORT_BOOTSTRAP_TENANT_ID: 't', [variable]: secret })
      assert.equal(problems.length, 1, `${variable}=${secret}`)
      assert.ok(problems[0]?.startsWith(variable))
      assert.ok(!problems[0]?.includes(secret) || secret === 'secret', 'the secret itself is not repeated')
    }
  }
})

test('a master key is 32 random bytes in base64 or hex', () => {
  const bytes = randomBytes(32)
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    assert.deepEqual(loadConfig({}, { SALLYPORT_MASTER_KEY: bytes.toString(encoding) }).masterKey, bytes)
  }
  assert.equal(problemsOf({ SALLYPORT_MASTER_KEY: randomBytes(16).toString('hex') }).length, 1)
})

test('combinations that cannot work are refused', () => {
  const key = randomBytes(32).toString('hex')
  const same = { SALLYPORT_BOOTSTRAP_SECRET_KEY: key, SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: key }
  assert.equal(problemsOf({ SALLYPORT_BOOTSTRAP_TENANT_ID: 't', ...same }).length, 1)
  assert.equal(problemsOf({ SALLYPORT_BOOTSTRAP_SECRET_KEY: key }).length, 1, 'a key of no tenant')
  const rp = (origin: string) => problemsOf({ SALLYPORT_BOOTSTRAP_RP_ID: 'example.com', SALLYPORT_BOOTSTRAP_ORIGINS: origin }).length
  assert.equal(rp('https://login.example.com,https://example.com,android:apk-key-hash:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU'), 0)
  assert.equal(rp('https://evilexample.com'), 1)
  assert.equal(rp('https://example.com.evil.org'), 1)
})

test('a mail server needs a sender, from either setting, and the sender by itself sets up nothing', () => {
  const url = 'smtp://mail.example?from=a%40acme.example'
  assert.deepEqual(loadConfig({}, { SALLYPORT_MAIL_URL: url }).mail?.from, { address: 'a@acme.example' })
  const both = { SALLYPORT_MAIL_URL: url, SALLYPORT_MAIL_FROM: 'Acme <b@acme.example>' }
  assert.deepEqual(loadConfig({}, both).mail?.from, { name: 'Acme', address: 'b@acme.example' })
  assert.match(problemsOf({ SALLYPORT_MAIL_URL: 'smtp://mail.example' }).join(), /SALLYPORT_MAIL_FROM must be set/)
  assert.equal(problemsOf({ SALLYPORT_MAIL_URL: 'smtp://a:b@mail.example/x?tls=none', SALLYPORT_MAIL_FROM: 'x' }).length, 3)
  assert.equal(loadConfig({}, { SALLYPORT_MAIL_FROM: 'a@acme.example' }).mail, undefined)
})

test('the issuer of tokens does not change with the port', () => {
  assert.equal(loadConfig({ port: '1' }, {}).issuer, loadConfig({ port: '2' }, {}).issuer)
  const config = loadConfig({}, { SALLYPORT_PUBLIC_URL: 'https://mfa.example.com/' })
  assert.equal(config.publicUrl, 'https://mfa.example.com')
  assert.equal(config.issuer, 'https://mfa.example.com')
})

test('commands that call a server find it by flag, variable or on this machine, and serve has no objection to them', () => {
  const env = { SALLYPORT_API_URL: 'https://mfa.example.com/v1', SALLYPORT_MANAGEMENT_KEY: 'key' }
  assert.deepEqual(loadRemoteConfig({}, env), { url: 'https://mfa.example.com/v1', managementKey: 'key', secretKey: undefined })
  assert.equal(loadRemoteConfig({ url: 'http://127.0.0.1:5000' }, env).url, 'http://127.0.0.1:5000')
  assert.deepEqual(loadRemoteConfig({}, { SALLYPORT_PORT: '4100' }), {
    url: 'http://localhost:4100',
    managementKey: undefined,
    secretKey: undefined,
  })
  assert.throws(() => loadRemoteConfig({ url: 'mfa.example.com' }, {}), ConfigError)
  assert.equal(loadConfig({}, env).port, 4000)
})
