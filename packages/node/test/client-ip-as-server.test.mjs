import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseClientAddress, parseTrustedProxies } from '../../server/src/addresses/parse-client-address.ts'
import { clientIp } from '../src/index.ts'

const trustedProxies = ['10.0.0.0/8', '::1', 'fe80::/10', '2001:db8:1::/48']
const proxies = parseTrustedProxies(trustedProxies)

const spelling = fc.constantFrom(
  ...['203.0.113.9', '10.0.0.1', '01.2.3.4', '1.2.3', '0x7f.1', '1.2.3.4:80', '1.2.3.4:99999', '1.2.3.4:', '[1.2.3.4]', '[1.2.3.4]:80'],
  ...['::1', '[::1]:80', '[::1]:99999', '[::1]:', '2001:DB8:0:0::1', '2001:db8:1::7', '::ffff:10.0.0.1', '::ffff:cb00:7109', '::10.0.0.1'],
  ...['64:ff9b::203.0.113.9', '64:ff9b::a00:1', '64:ff9b:1::a00:1', 'fe80::1%eth0', '[fe80::1%eth0]:1', 'fe80::1%', 'fe80::1%25a/b'],
  ...[
    '::1%1',
    '2001:db8::1%x',
    'febf::1%0',
    'fec0::1%0',
    '1::2::3',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:9',
    '2001:db8::1:80',
    '::',
    '0.0.0.0',
  ],
  ...['unknown', '', '_x', '"1.2.3.4"', 'for=1.2.3.4', '1.2.3.4/32', '１.2.3.4', '10.0.0.1\r', 'localhost', '1.2.3.4 5', '[fe80::1', '[]'],
)
const hop = fc.oneof(spelling, fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 12, unit: fc.constantFrom(...'0123456789abcdef.:[]%fe80 ') }))
const padded = fc.tuple(fc.constantFrom('', ' ', '\t', '\u00a0'), hop).map(([blank, text]) => `${blank}${text}${blank}`)

test('C3: `clientIp` answers what the server reads in the same header', () => {
  fc.assert(
    fc.property(fc.array(padded, { minLength: 1, maxLength: 4 }), (hops) => {
      const header = hops.join(',')
      const request = { headers: { 'x-forwarded-for': header } }
      assert.equal(clientIp(request, { trustedProxies, isAlwaysProxied: true }), parseClientAddress(header, proxies)?.text, header)
    }),
    { numRuns: 20_000 },
  )
})
