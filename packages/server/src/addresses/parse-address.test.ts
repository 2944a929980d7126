import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { embeddedIpv4 } from './embedded-ipv4.ts'
import { parseAddress, parseIpv6Words } from './parse-address.ts'

const accepted: [text: string, canonical: string][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  [' 192.0.2.1\t', '192.0.2.1'],
  ['192.0.2.1:443', '192.0.2.1'],
  ['192.0.2.1:65535', '192.0.2.1'],
  ['::', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ['2001:DB8::A', '2001:db8::a'],
  ['2001:0db8:0000:0000:0001:0000:0000:0001', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:8443', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['[fe80::1%25]:80', 'fe80::1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:0201', '192.0.2.1'],
  ['0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
  ['[::ffff:192.0.2.1]:443', '192.0.2.1'],
  ['64:ff9b::192.0.2.1', '192.0.2.1'],
  ['64:ff9b::c000:201', '192.0.2.1'],
  ['64:ff9b:1::c000:201', '192.0.2.1'],
  ['::192.0.2.1', '192.0.2.1'],
  ['2001:db8::192.0.2.33', '2001:db8::c000:221'],
]

for (const [text, canonical] of accepted) {
  test(`IP-02: \`${text}\` is read as ${canonical}`, () => {
    assert.equal(parseAddress(text)?.text, canonical)
  })
}

const refused = [
  ...['', ' ', '.', ':', '::%', 'localhost', 'unknown', '_hidden', '-', '*', 'null', '1', '2130706433', '0x7f000001', '017700000001'],
  ...['127.1', '127.0.1', '192.0.2', '192.0.2.', '.192.0.2.1', '192.0.2.1.', '192.0.2.1.5', '192..2.1', '192.0.2.256', '192.0.2.1000'],
  ...['0177.0.0.1', '127.0.0.01', '00.0.0.0', '0x7f.0.0.1', '127.0.0.0x1', '+1.2.3.4', '-1.2.3.4', '1e1.2.3.4', '1.2.3.4e0'],
  ...[
    '192.0.2.1/24',
    '192.0.2.1:',
    '192.0.2.1:65536',
    '192.0.2.1:99999999',
    '192.0.2.1:x',
    '192.0.2.1:443:1',
    '192.0.2.1%eth0',
    '[192.0.2.1]',
  ],
  ...['192.0.2.1\n', '192.0.2.1\r\n', '192.0.2.1\0', '192.0 .2.1', '192.0.2.1 192.0.2.2', '192.0.2.1,192.0.2.2', '\u00a0192.0.2.1'],
  ...['١٩٢.٠.٢.١', '192。0。2。1', '１９２.0.2.1', '"192.0.2.1"', "'192.0.2.1'", 'for=192.0.2.1', 'http://192.0.2.1/'],
  ...[
    ':::',
    '1:::2',
    '1::2::3',
    ':1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7:8:',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    ':1',
    '1:',
  ],
  ...[
    '12345::',
    '00001::',
    'g::',
    '2001:db8::1/64',
    '[2001:db8::1',
    '2001:db8::1]',
    '[]',
    '[[::1]]',
    '[::1]x',
    '[::1]:',
    '[::1]:70000',
    '[::1] :80',
  ],
  ...[
    '2001:db8::1%eth0',
    '::1%lo',
    'fe80::1%',
    'fe80::1%a b',
    'fe80::1%a%b',
    '::ffff:192.0.2.1%eth0',
    '::ffff:0300.0.2.1',
    '::ffff:192.0.2',
    '::ffff:192.0.2.1:80',
  ],
  ...['1:2:3:4:5:6:7:192.0.2.1', '192.0.2.1::', '::192.0.2.1:1', 'fe80::1%'.padEnd(200, 'a'), '1'.repeat(10_000)],
]

for (const text of refused) {
  test(`IP-02: ${JSON.stringify(text.slice(0, 60))} is refused`, () => {
    assert.equal(parseAddress(text), null)
  })
}

test('what is read agrees with ipaddr.js on the address and on its canonical text', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      // ipaddr.js changes only IPv4-mapped addresses, and takes the IPv4-compatible form with dots for one of them.
      const words = parseIpv6Words(text)
      if (words !== null && embeddedIpv4(words) !== null && !/^::ffff:/i.test(text)) return
      if (/^::\d+\.\d/.test(text)) return
      const reference = ipaddr.process(text)
      const canonical = reference instanceof ipaddr.IPv6 ? reference.toRFC5952String() : reference.toString()
      const parsed = parseAddress(text)
      assert.equal(parsed?.text, canonical)
    }),
    { numRuns: 2000 },
  )
})

test('no text is an address to us and not to the platform', () => {
  const piece = fc.constantFrom('0', '1', 'f', 'ffff', ':', '::', '.', '255', '01', '%', '1.2.3.4', 'g')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
      const text = pieces.join('')
      const parsed = parseAddress(text)
      if (parsed !== null && isIP(text) === 0) assert.match(text, /^[0-9.]+:[0-9]+$/)
      if (parsed === null && isIP(text) !== 0) assert.match(text, /%/)
    }),
    { numRuns: 5000 },
  )
})

test('the canonical text of an address is read as the same address', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const parsed = parseAddress(text)
      assert.deepEqual(parseAddress(parsed?.text ?? ''), parsed)
    }),
  )
})
