import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { runSallyport } from '../../test/support/run-sallyport.ts'

const root = mkdtempSync(join(tmpdir(), 'sallyport-cli-ip-'))
after(() => rmSync(root, { recursive: true, force: true }))
const lists = join(root, 'lists')
mkdirSync(lists)
writeFileSync(join(lists, 'vpn-office.txt'), '73.162.41.0/24\n73.162.42.0/24\n')
writeFileSync(join(lists, 'README.md'), 'not a list')

/** Runs `sallyport ip` and reads each line of its standard output as JSON. */
async function ip(args: readonly string[], input = ''): Promise<{ code: number; lines: Record<string, unknown>[]; err: string }> {
  const { code, out, err } = await runSallyport(['ip', ...args], { cwd: root, input })
  const lines = out.split('\n').filter((line) => line !== '')
  return { code, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>), err }
}

function missingOf(line: Record<string, unknown> | undefined): Record<string, string> {
  return { ...(line?.missing as Record<string, string> | undefined) }
}

function rows(value: unknown): Record<string, string>[] {
  return Array.isArray(value) ? value : []
}

test('ip lookup prints one object for each argument, without a server, a database or a data directory', async () => {
  const dataDir = join(root, 'nothing')
  const { code, lines } = await ip(['lookup', '--data-dir', dataDir, '185.220.101.34', '[2003:c5::1]:443', '10.0.0.1'])
  assert.equal(code, 0)
  const [tor, home, local] = lines
  assert.deepEqual([tor?.input, tor?.isAnonymous, tor?.isTor, tor?.countryCode, tor?.asn], ['185.220.101.34', true, true, 'DE', 60729])
  assert.deepEqual([home?.address, home?.isAnonymous, home?.isTor], ['2003:c5::1', false, false])
  assert.deepEqual([local?.isPrivate, local?.countryCode, missingOf(local).countryCode], [true, null, 'not_applicable'])
  assert.ok(rows(tor?.evidence).every(({ dataSet, dataDate }) => dataSet !== '' && /^\d{4}-\d\d-\d\d$/.test(dataDate ?? '')))
  assert.ok(rows(tor?.dataSets).some(({ name, state }) => name === 'city' && state === 'absent'))
  assert.equal(existsSync(dataDir), false)
})

test('ip lookup reads lines, answers a bad one in its place, and says so with exit code 1', async () => {
  const { code, lines, err } = await ip(
    ['lookup', '--data-dir', root],
    '8.8.8.8\n\n010.0.0.1\r\n2001:db8::1\nlast line without an end: 1.1.1.1',
  )
  assert.equal(code, 1)
  assert.deepEqual(
    lines.map(({ input, error }) => [input, error]),
    [
      ['8.8.8.8', undefined],
      ['010.0.0.1', 'invalid_address'],
      ['2001:db8::1', undefined],
      ['last line without an end: 1.1.1.1', 'invalid_address'],
    ],
  )
  assert.equal(err, '')
})

test('ip update takes lists from a directory and from URLs, ip lookup uses them, and ip sources lists them', async () => {
  const server = createServer((_, response) => response.end('73.162.43.1\n')).listen(0, '127.0.0.1')
  const url = await new Promise<string>((resolve) => {
    server.once('listening', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`))
  })
  const store = ['--data-dir', join(root, 'data')]
  const update = await ip(['update', ...store, '--from', lists, '--date', '2026-08-22', '--feed', `tor-mirror=${url}`])
  server.close()
  assert.equal(update.code, 0, update.err)
  assert.deepEqual(
    update.lines.map(({ name, result, entries, dataDate }) => [name, result, entries, dataDate]),
    [
      ['vpn-office', 'installed', 2, '2026-08-22'],
      ['tor-mirror', 'installed', 1, '2026-08-22'],
    ],
  )
  const [vpn, tor] = (await ip(['lookup', ...store, '73.162.41.9', '73.162.43.1'])).lines
  assert.deepEqual([vpn?.isVpn, vpn?.isAnonymous, tor?.isTor, tor?.isAnonymous], [true, true, true, true])
  const sources = (await ip(['sources', ...store])).lines
  const office = sources.find(({ id }) => id === 'vpn-office')
  assert.deepEqual(
    [office?.kind, office?.entries, office?.date, office?.licence, office?.lastTry],
    ['vpn', 2, '2026-08-22', 'of your own', null],
  )
  assert.ok(sources.some(({ id, licence }) => id === 'country' && licence === 'CC-BY-4.0'))
  const removed = await ip(['update', ...store, '--remove', 'vpn-office'])
  assert.deepEqual([removed.code, removed.lines], [0, [{ name: 'vpn-office', result: 'removed' }]])
})

test('A-25: ip update refuses a bad list with exit code 1 and keeps the old one', async () => {
  const store = ['--data-dir', join(root, 'kept')]
  const bad = join(root, 'bad')
  mkdirSync(bad)
  writeFileSync(join(bad, 'vpn-office.txt'), '0.0.0.0/0\n')
  await ip(['update', ...store, '--from', lists])
  const { code, lines } = await ip(['update', ...store, '--from', bad])
  assert.deepEqual([code, lines[0]?.result], [1, 'refused'])
  assert.match(String(lines[0]?.reason), /too wide/)
  const [after] = (await ip(['lookup', ...store, '73.162.41.9'])).lines
  assert.equal(after?.isVpn, true)
})

test('wrong usage is exit code 2, a directory without lists 1', async () => {
  const usages = [
    ['update', '--feed', 'nonsense'],
    ['update', '--feed', 'unknown=https://example.com'],
    ['update', '--date', 'yesterday'],
    ['lookup', '--no-such'],
  ]
  for (const { code } of await Promise.all(usages.map((args) => ip(args)))) assert.equal(code, 2)
  assert.equal((await ip(['update', '--from', join(root, 'nowhere')])).code, 1)
  assert.equal((await ip(['update', '--from', root])).code, 1)
})

test('D3: without a network ip update says so in one line', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  const gone = ['tor-a', 'tor-b'].flatMap((name) => ['--feed', `${name}=http://127.0.0.1:${port}/`])
  const { code, lines, err } = await ip(['update', '--data-dir', join(root, 'offline'), ...gone])
  assert.deepEqual([code, lines], [1, []])
  assert.match(err, /^sallyport: the 2 lists were not fetched: no network\.[^\n]*\n$/)
})
