import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { hidesIpv4 } from './embedded-ipv4.ts'
import { ipv4, parseAddress } from './parse-address.ts'
import { contains, parseCidr } from './parse-cidr.ts'

/** Each way to write an IPv4 address as an IPv6 address. */
const spellings: Record<string, (word: number, rest: number) => string> = {
  'IPv4-mapped': (word) => `::ffff:${hex(word)}`,
  'IPv4-compatible': (word) => `::${hex(word)}`,
  'IPv4-translated': (word) => `::ffff:0:${hex(word)}`,
  NAT64: (word) => `64:ff9b::${hex(word)}`,
  'local NAT64 of 96 bits': (word, rest) => `64:ff9b:1:${(rest & 0xffff).toString(16)}:${(rest & 0xff).toString(16)}:0:${hex(word)}`,
  '6to4': (word, rest) => `2002:${hex(word)}:${hex(rest)}::1`,
  Teredo: (word, rest) => `2001:0:${hex(rest)}:8000:63bf:${hex(~word >>> 0)}`,
}

function hex(word: number): string {
  return `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`
}

for (const [name, spell] of Object.entries(spellings)) {
  test(`A5: a ${name} address is read as the IPv4 address inside`, () => {
    assert.equal(parseAddress(spell(0xb9dc6501, 7))?.text, '185.220.101.1')
    const clients = fc.integer({ min: 0x01000001, max: 0xffffffff }).filter((word) => (word & 0xffffff) !== 0)
    fc.assert(
      fc.property(clients, fc.integer({ min: 0, max: 0xffffffff }), (word, rest) => {
        assert.deepEqual(parseAddress(spell(word, rest)), ipv4(word))
      }),
    )
  })
}

test('A5: the addresses of the reports', () => {
  assert.equal(parseAddress('2002:b9dc:6501::1')?.text, '185.220.101.1')
  assert.equal(parseAddress('2001:0:4136:e378:8000:63bf:3fff:fdd2')?.text, '192.0.2.45')
  assert.equal(parseAddress('[2002:b9dc:6501::1]:443')?.text, '185.220.101.1')
})

test('A5: what stands for no IPv4 address stays what it is', () => {
  for (const text of ['::', '::1', '::ffff', '2001:1::1', '2003::1', '64:ff9b:2::1', '64:ff9a::1', '1::ffff:102:304', '100::102:304']) {
    assert.equal(parseAddress(text)?.text, text)
    assert.equal(hidesIpv4(parseAddress(text) as never), false, text)
  }
})

test('A5: a local NAT64 address hides its IPv4 address when the prefix is shorter than 96 bits', () => {
  for (const text of ['64:ff9b:1:b9dc:65:100::', '64:ff9b:1:b9:dc:6501::', '64:ff9b:1:0:b9:dc65:100:0']) {
    const address = parseAddress(text)
    assert.equal(address?.text, text)
    assert.equal(address && hidesIpv4(address), true, text)
  }
})

test('A5: a range inside such a block is the range of the IPv4 addresses, and the whole block never means all of IPv4', () => {
  const exit = ipv4(0xb9dc6501)
  for (const text of [
    '2002:b9dc:6501::/48',
    '2002:b9dc::/32',
    '64:ff9b::b9dc:6500/120',
    '::b9dc:6500/120',
    '2001:0:1:2:3:4:4623:9a00/120',
  ]) {
    const range = parseCidr(text)
    assert.equal(range?.version, 4, text)
    assert.ok(range && contains(range, exit), text)
    assert.ok(!contains(range, ipv4(0x08080808)), text)
  }
  for (const text of ['2002::/16', '2001::/32', '2001::/23', '64:ff9b::/96', '64:ff9b:1::/48', '::/96', '2000::/3']) {
    const range = parseCidr(text)
    assert.equal(range?.version, 6, text)
    assert.ok(range && !contains(range, exit), text)
  }
  assert.equal(parseCidr('2002:b9dc:6501::/129'), null)
})
