import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseClientAddress, parseTrustedProxies } from './parse-client-address.ts'

const nobody = parseTrustedProxies([])
const ours = parseTrustedProxies(['10.0.0.0/8', '2001:db8:1::/48', '198.51.100.7'])

const cases: [what: string, text: string, client: string | null][] = [
  ['one address', '203.0.113.5', '203.0.113.5'],
  ['one address that is a proxy', '10.1.2.3', '10.1.2.3'],
  ['what a client wrote to the left is ignored', '127.0.0.1, 203.0.113.5, 10.1.2.3', '203.0.113.5'],
  ['an address that only looks trusted does not hide the one before it', '198.51.100.7, 203.0.113.5', '203.0.113.5'],
  ['several proxies', '203.0.113.5, 10.0.0.1,10.0.0.2 , 198.51.100.7', '203.0.113.5'],
  ['proxies of both versions', '203.0.113.5, 2001:db8:1::9, 10.0.0.2', '203.0.113.5'],
  ['a proxy in mapped form', '203.0.113.5, ::ffff:10.0.0.2', '203.0.113.5'],
  ['a proxy with a port', '203.0.113.5:999, [2001:db8:1::9]:80', '203.0.113.5'],
  ['only proxies: the left-most', '10.0.0.1, 10.0.0.2', '10.0.0.1'],
  ['garbage to the left of the client', 'unknown, <script>, 203.0.113.5', '203.0.113.5'],
  ['garbage where the client should be', '203.0.113.5, unknown, 10.0.0.1', null],
  ['an empty entry where the client should be', '203.0.113.5, , 10.0.0.1', null],
  ['nothing before the first comma', ', 10.0.0.1', null],
  ['a comma at the end', '203.0.113.5,', null],
  ['commas only', ',,,', null],
  ['nothing', '', null],
]

for (const [what, text, client] of cases) {
  test(`IP-01: ${what}: \`${text}\` gives ${client}`, () => {
    assert.equal(parseClientAddress(text, ours)?.text ?? null, client)
  })
}

test('IP-01: without trusted proxies the right-most address is the client', () => {
  assert.equal(parseClientAddress('192.0.2.1, 203.0.113.5, 10.0.0.1', nobody)?.text, '10.0.0.1')
})

test('IP-01: a header of any length is answered at once', () => {
  assert.equal(parseClientAddress(`${'10.0.0.1,'.repeat(1_000_000)}10.0.0.1`, ours), null)
  assert.equal(parseClientAddress(`203.0.113.5${',10.0.0.1'.repeat(400)}`, ours)?.text, '203.0.113.5')
})

for (const entry of ['', 'everyone', '10.0.0.0/33', '10.0.0/8', '10.0.0.0/-1', '10.0.0.0/', '::/0', '0.0.0.0/0', 'constructor']) {
  test(`trusted proxies may not contain \`${entry}\``, () => {
    assert.throws(() => parseTrustedProxies([entry]), RangeError)
  })
}
