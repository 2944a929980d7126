import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Assignment, signalsOf } from '../../test/arbitrary-conditions.ts'
import type { JsonValue } from '../facts/json-value.ts'
import { NOT_APPLICABLE, NOT_PROVIDED, UNAVAILABLE } from '../facts/missing.ts'
import { parseAddress, parseNetwork } from './cidr.ts'
import { compileCondition } from './compile-condition.ts'
import { ABSENT, FAILS, HOLDS, OPEN } from './truth.ts'

const lists = new Map<string, ReadonlySet<string | number>>([
  ['office', new Set(['203.0.113.7', '198.51.100.0/24', '2001:db8:1::/48'])],
  ['names', new Set(['Ann', 'Bob'])],
])

const truth = (conditions: JsonValue, assignment: Assignment = {}) => compileCondition(conditions, lists)(signalsOf(assignment), undefined)

function holdsFor(assignment: Assignment, holding: JsonValue[], failing: JsonValue[]): void {
  for (const conditions of holding) assert.equal(truth(conditions, assignment), HOLDS, JSON.stringify(conditions))
  for (const conditions of failing) assert.equal(truth(conditions, assignment), FAILS, JSON.stringify(conditions))
}

test('isMissing answers for every reason, or for one', () => {
  const asn: JsonValue = { var: 'ip.asn' }
  assert.equal(truth({ isMissing: asn }, { 'ip.asn': 64496 }), FAILS)
  for (const missing of [NOT_PROVIDED, NOT_APPLICABLE, UNAVAILABLE]) {
    assert.equal(truth({ isMissing: [asn] }, { 'ip.asn': missing }), HOLDS)
    assert.equal(truth({ '!': [{ isMissing: [asn] }] }, { 'ip.asn': missing }), FAILS)
    assert.equal(truth({ isMissing: [asn, missing.missing] }, { 'ip.asn': missing }), HOLDS)
  }
  assert.equal(truth({ isMissing: [asn, 'unavailable'] }, { 'ip.asn': NOT_PROVIDED }), FAILS)
  assert.equal(truth({ isMissing: { var: 'custom.amount' } }), HOLDS)
  assert.equal(truth({ isMissing: { '+': [{ var: 'custom.amount' }, 1] } }), HOLDS)
})

test('C1: an IPv6 address of a list is found in whatever spelling it was entered', () => {
  const entered = new Map([['office', new Set(['2001:DB8:0::1', 'reception'])]])
  const isIn = (address: string) =>
    compileCondition({ in: [{ var: 'ip.address' }, { var: 'lists.office' }] }, entered)(signalsOf({ 'ip.address': address }), undefined)
  assert.equal(isIn('2001:db8::1'), HOLDS)
  assert.equal(isIn('2001:db8::2'), FAILS)
})

test('startsWith and endsWith compare texts, with one or any of several', () => {
  holdsFor(
    { 'user.email': 'jane@example.com', 'custom.amount': 123 },
    [
      { startsWith: [{ var: 'user.email' }, 'jane@'] },
      { startsWith: [{ var: 'user.email' }, ['joe@', 'jane@']] },
      { endsWith: [{ var: 'user.email' }, '.com'] },
      { endsWith: [{ var: 'user.email' }, ['.org', 'example.com']] },
    ],
    [
      { startsWith: [{ var: 'user.email' }, 'Jane'] },
      { endsWith: [{ var: 'user.email' }, ['.org']] },
      { startsWith: [{ var: 'custom.amount' }, '12'] },
    ],
  )
  assert.equal(truth({ startsWith: [{ var: 'user.email' }, 'a'] }), ABSENT)
})

test('matches finds a pattern anywhere, in linear time', () => {
  holdsFor(
    { 'user.email': 'jane.doe+test@example.com' },
    [
      { matches: [{ var: 'user.email' }, '\\+test@'] },
      { matches: [{ var: 'user.email' }, '^[a-z.+]+@example\\.com$'] },
      { matches: [{ var: 'user.email' }, '(?i)JANE'] },
    ],
    [{ matches: [{ var: 'user.email' }, '^doe'] }, { matches: [{ var: 'user.email' }, 'JANE'] }],
  )
  assert.throws(() => truth({ matches: ['a', '('] }))
  assert.throws(() => truth({ matches: ['a', '(?:x{1000}){5}'] }))
  assert.throws(() => truth({ matches: ['a', { var: 'custom.currency' }] }))
})

test('between includes both ends', () => {
  const between: JsonValue = { between: [{ var: 'ip.asn' }, 5, 10] }
  for (const [asn, expected] of [
    [4, FAILS],
    [5, HOLDS],
    [7, HOLDS],
    [10, HOLDS],
    [11, FAILS],
  ] as const) {
    assert.equal(truth(between, { 'ip.asn': asn }), expected)
  }
  assert.equal(truth({ between: [5, { var: 'ip.asn' }, 3] }, { 'ip.asn': UNAVAILABLE }), FAILS)
})

test('inCidr knows networks of both families, written out, in an array or in a list', () => {
  const address: JsonValue = { var: 'ip.address' }
  holdsFor(
    { 'ip.address': '198.51.100.77' },
    [
      { inCidr: [address, '198.51.100.0/24'] },
      { inCidr: [address, ['10.0.0.0/8', '198.51.100.77']] },
      { inCidr: [address, { var: 'lists.office' }] },
      { in: [address, { var: 'lists.office' }] },
      { inCidr: [address, '0.0.0.0/0'] },
      { inCidr: [address, { if: [true, '198.51.0.0/16', ''] }] },
    ],
    [
      { inCidr: [address, '198.51.101.0/24'] },
      { inCidr: [address, '::/0'] },
      { inCidr: [address, 'rubbish'] },
      { inCidr: ['no address', '0.0.0.0/0'] },
      { in: [address, { var: 'lists.names' }] },
    ],
  )
  holdsFor(
    { 'ip.address': '2001:db8:1:ff::1' },
    [{ inCidr: [address, '2001:db8:1::/48'] }, { in: [address, { var: 'lists.office' }] }, { inCidr: [address, '2001:DB8::/32'] }],
    [{ inCidr: [address, '2001:db8:2::/48'] }, { inCidr: [address, '0.0.0.0/0'] }],
  )
  assert.equal(truth({ in: [address, { var: 'lists.office' }] }, { 'ip.address': '203.0.113.7' }), HOLDS)
  assert.equal(truth({ in: [address, { var: 'lists.office' }] }, { 'ip.address': '203.0.113.8' }), FAILS)
})

test('addresses and networks are read strictly', () => {
  for (const text of [
    '1.2.3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4:80',
    'fe80::1%eth0',
    '1::2::3',
    ':::',
    '12345::',
    '1:2:3:4:5:6:7',
    '[::1]',
    '',
  ]) {
    assert.equal(parseAddress(text), undefined, text)
  }
  for (const text of ['1.2.3.4/33', '1.2.3.4/', '1.2.3.4/-1', '::/129', '1.2.3.4/8/8', '1.2.3.4/1e1'])
    assert.equal(parseNetwork(text), undefined, text)
  assert.deepEqual(parseAddress('::ffff:192.0.2.1'), parseAddress('192.0.2.1'))
  assert.deepEqual(parseNetwork('::ffff:192.0.2.0/120')?.prefix, 24)
  assert.deepEqual(parseAddress('1::'), { width: 128, bits: 1n << 112n })
})

test('C1: a network around tunnelled or translated addresses is the network of the IPv4 addresses inside', () => {
  for (const entry of ['2002:b9dc:6501::1', '2002:b9dc::/32', '2001:0:1:2:3:4:4623:9a00/120', '64:ff9b::b9dc:6500/120', '::b9dc:6500/120'])
    assert.equal(truth({ inCidr: [{ var: 'ip.address' }, [entry]] }, { 'ip.address': '185.220.101.1' }), HOLDS, entry)
  for (const entry of ['2002::/16', '2001::/23', '64:ff9b::/96', '64:ff9b:1::/48', '::/96', '2000::/3', '2002:b9dc:6502::/48'])
    assert.equal(truth({ inCidr: [{ var: 'ip.address' }, [entry]] }, { 'ip.address': '185.220.101.1' }), FAILS, entry)
})

test('distanceWithinKm measures along the great circle', () => {
  const from = (km: number): JsonValue => ({
    distanceWithinKm: [{ var: 'ip.location.latitude' }, { var: 'ip.location.longitude' }, 51.5074, -0.1278, km],
  })
  // Paris to London: 344 km.
  const paris = { 'ip.location.latitude': 48.8566, 'ip.location.longitude': 2.3522 }
  assert.equal(truth(from(350), paris), HOLDS)
  assert.equal(truth(from(340), paris), FAILS)
  assert.equal(truth(from(340), { 'ip.location.latitude': UNAVAILABLE, 'ip.location.longitude': UNAVAILABLE }), OPEN)
  assert.equal(truth(from(340), {}), ABSENT)
})
