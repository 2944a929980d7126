import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'
import { type CreationOptions, createSoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import { loadConfig, type RunningServer, startServer } from '../app/start-server.ts'

async function start(t: TestContext) {
  const dataDir = mkdtempSync(join(tmpdir(), 'sallyport-admin-'))
  const server = await startServer(loadConfig({ 'data-dir': dataDir, port: '0', 'log-level': 'silent' }, {}))
  t.after(async () => {
    await server.close()
    rmSync(dataDir, { recursive: true })
  })
  const run = (args: string[]) => runSallyport([...args, '--data-dir', dataDir])
  return { server, run }
}

/** Follows a link as the page does. */
async function signUp({ url }: RunningServer, link: string, name: string): Promise<string> {
  const post = async (path: string, body: object) => {
    const headers = { 'content-type': 'application/json', origin: url }
    const response = await fetch(`${url}/portal/set-up${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    assert.equal(response.status, 200, await response.clone().text())
    return (await response.json()) as { options: CreationOptions; adminId: string }
  }
  const code = new URL(link).hash.slice(1)
  const { options } = await post('/begin', { code, name })
  const credential = createSoftwareAuthenticator({ origin: url }).create(options)
  return (await post('/finish', { code, credential })).adminId
}

/** The lines of the guide's examples, as words. */
function commandsOfGuide(): string[][] {
  const guide = readFileSync(join(import.meta.dirname, '../../../../docs/admins.md'), 'utf8')
  return [...guide.matchAll(/^```sh\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.trim().split('\n'))
    .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''))
}

test('AD-01: the commands of the guide invite, list, change and remove admins beside a running server', async (t) => {
  const { server, run } = await start(t)
  const words = commandsOfGuide()
  assert.deepEqual(
    words.map(([program, command, verb]) => `${program} ${command} ${verb}`),
    ['invite', 'invite', 'list', 'role', 'remove'].map((verb) => `sallyport admin ${verb}`),
  )
  const outputs: string[] = []
  const admins: string[] = []
  for (const [, ...args] of words) {
    const { code, out, err } = await run(args.map((word) => (word === 'ADMIN_ID' ? (admins[1] ?? '') : word)))
    assert.equal(code, 0, `${args.join(' ')}: ${err}`)
    outputs.push(out)
    if (args[1] === 'invite') admins.push(await signUp(server, JSON.parse(out).url, 'Grace'))
  }
  const [first, second, list, role, removed] = outputs
  assert.ok(String(JSON.parse(first ?? '').url).startsWith(`${server.url}/portal/set-up#`), 'where the running server is')
  const days = (Date.parse(JSON.parse(second ?? '').expiresAt) - Date.now()) / 86_400_000
  assert.ok(days > 6.9 && days <= 7)
  const listed = (list ?? '')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    listed.map(({ adminId, name, role }) => [adminId, name, role]),
    [
      [admins[0], 'Grace', 'owner'],
      [admins[1], 'Ada Lovelace', 'analyst'],
    ],
  )
  assert.match(role ?? '', /is admin now/)
  assert.match(removed ?? '', /^Removed /)
  const last = await run(['admin', 'remove', admins[0] ?? ''])
  assert.equal(last.code, 1)
  assert.match(last.err, /this is the last owner/)
})

test('AD-01: an invitation is the way back in, also without a running server, and names the tenant that it is for', async (t) => {
  const { server, run } = await start(t)
  const tenantId = server.created?.tenantId
  await server.close()
  const invited = await run(['admin', 'invite', '--role', 'owner', '--public-url', 'https://mfa.bank.example'])
  assert.equal(invited.code, 0, invited.err)
  const { url, ...rest } = JSON.parse(invited.out)
  assert.match(url, /^https:\/\/mfa\.bank\.example\/portal\/set-up#[\w-]{43}$/)
  assert.partialDeepStrictEqual(rest, { tenantId, role: 'owner', name: null })
  await run(['tenant', 'create', '--id', 'shop', '--rp-id', 'localhost', '--origins', 'http://localhost:3001'])
  const several = await run(['admin', 'invite', '--role', 'owner'])
  assert.deepEqual([several.code, several.out], [1, ''])
  assert.match(several.err, /there are several tenants: name one with --tenant/)
  assert.match((await run(['admin', 'list', '--tenant', 'nowhere'])).err, /there is no tenant `nowhere`/)
  for (const wrong of [['--role', 'root'], [], ['--role', 'viewer', '--expires', '8d', '--tenant', 'shop']]) {
    assert.notEqual((await run(['admin', 'invite', ...wrong])).code, 0, wrong.join(' '))
  }
})
