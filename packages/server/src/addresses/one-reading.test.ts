import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canonicalAddress } from '../../../engine/src/forms/addresses.ts'
import { parseNetwork } from '../../../engine/src/language/cidr.ts'
import { clientIp } from '../../../node/src/client-ip.ts'
import { parseAddress } from './parse-address.ts'
import { parseCidr } from './parse-cidr.ts'

/** Groups of which blocks that stand for IPv4 addresses are made, and others. */
const group = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('0', '1', 'ffff', '2002', '2001', '64', 'ff9b', 'b9dc', '6501') },
  fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16)),
)
const ipv6 = fc
  .tuple(
    fc.constantFrom([], ['2002'], ['2001', '0'], ['64', 'ff9b', '0', '0', '0', '0'], ['64', 'ff9b', '1'], ['0', '0', '0', '0']),
    fc.array(group, { minLength: 8, maxLength: 8 }),
  )
  .map(([head, rest]) => [...head, ...rest].slice(0, 8).join(':'))
const address = fc.oneof(fc.ipV4(), fc.ipV6(), ipv6)

test('A5, C1: the server, the rules and the SDK read an address as the same one', () => {
  fc.assert(
    fc.property(address, (text) => {
      const { text: read } = parseAddress(text) ?? assert.fail(text)
      assert.equal(canonicalAddress(text), read)
      assert.equal(clientIp({ headers: {}, socket: { remoteAddress: text } }), read)
    }),
    { numRuns: 2_000 },
  )
})

test('A5, C1: the server and the rules read a network as the same one', () => {
  fc.assert(
    fc.property(address, fc.integer({ min: 0, max: 128 }), (text, prefix) => {
      const range = parseCidr(`${text}/${prefix}`)
      const network = parseNetwork(`${text}/${prefix}`)
      // A prefix before `::ffff:` is no network to a rule.
      if (network === undefined) return assert.ok(range === null || (prefix < 96 && /^(0:){5}ffff:|^::ffff:/i.test(text)), text)
      assert.deepEqual([range?.version, range?.prefix], [network.width === 32 ? 4 : 6, network.prefix], text)
      const first = range?.first.reduce((bits, word) => (bits << 32n) | BigInt(word), 0n)
      const rest = BigInt(network.width - network.prefix)
      assert.equal(first, (network.bits >> rest) << rest, text)
    }),
    { numRuns: 2_000 },
  )
})

test('A5: no range but the mapped one means all of IPv4', () => {
  assert.deepEqual([parseCidr('::ffff:0:0/96')?.version, parseCidr('::ffff:0:0/96')?.prefix], [4, 0])
  for (const text of ['2001:0:1:2:0:ffff:102:304/96', '64:ff9b:1:2:0:ffff:102:304/96']) {
    assert.equal(parseCidr(text)?.version, 6, text)
    assert.equal(parseNetwork(text)?.width, 128, text)
    const request = { headers: { 'x-forwarded-for': '203.0.113.7' }, socket: { remoteAddress: '198.51.100.1' } }
    assert.equal(clientIp(request, { trustedProxies: [text] }), '198.51.100.1', text)
  }
})
