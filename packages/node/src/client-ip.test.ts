import assert from 'node:assert/strict'
import http from 'node:http'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ClientIpOptions, clientIp } from './client-ip.ts'
import { formatIp, isInRange, parseIp, parseIpRange } from './ip-address.ts'

/** A request as Node provides it. */
function nodeRequest(remoteAddress: string | undefined, headers: Record<string, string | string[]> = {}) {
  return { socket: { remoteAddress }, headers }
}

function forwarded(peer: string, list: string, trustedProxies: string[]) {
  return clientIp(nodeRequest(peer, { 'x-forwarded-for': list }), { trustedProxies })
}

test('IP-01: without trusted proxies the peer is the client, whatever the headers say', () => {
  const headers = {
    'x-forwarded-for': '1.1.1.1',
    'x-real-ip': '1.1.1.1',
    forwarded: 'for=1.1.1.1',
    'cf-connecting-ip': '1.1.1.1',
    'true-client-ip': '1.1.1.1',
  }
  assert.equal(clientIp(nodeRequest('203.0.113.9', headers)), '203.0.113.9')
  assert.equal(clientIp(nodeRequest('203.0.113.9', headers), { trustedProxies: [] }), '203.0.113.9')
})

test('IP-01: a peer that is no trusted proxy speaks for nobody', () => {
  assert.equal(forwarded('203.0.113.9', '1.1.1.1', ['10.0.0.0/8']), '203.0.113.9')
  assert.equal(clientIp(nodeRequest(undefined, { 'x-forwarded-for': '1.1.1.1' }), { trustedProxies: ['10.0.0.0/8'] }), undefined)
})

test('IP-01: the right-most hop that is not trusted is the client, never the first in the list', () => {
  assert.equal(forwarded('10.0.0.1', '203.0.113.9', ['10.0.0.0/8']), '203.0.113.9')
  assert.equal(forwarded('10.0.0.1', '1.1.1.1, 203.0.113.9', ['10.0.0.0/8']), '203.0.113.9')
  assert.equal(forwarded('10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.7', ['10.0.0.0/8']), '203.0.113.9')
  // The reader stops before a forged trusted address to the left of the client.
  assert.equal(forwarded('10.0.0.1', '1.1.1.1, 10.0.0.9, 203.0.113.9', ['10.0.0.0/8']), '203.0.113.9')
})

test('a chain of trusted proxies alone ends at its left end', () => {
  assert.equal(forwarded('10.0.0.1', '10.0.0.9,10.0.0.7', ['10.0.0.0/8']), '10.0.0.9')
})

test('a trusted peer that forwards nothing is the client itself', () => {
  assert.equal(clientIp(nodeRequest('10.0.0.1'), { trustedProxies: ['10.0.0.0/8'] }), '10.0.0.1')
})

test('IP-01: an unreadable hop ends the reading: nothing left of it is believed', () => {
  for (const hop of [
    'unknown',
    '',
    ' ',
    '_hidden',
    '1.2.3',
    '01.2.3.4',
    '1.2.3.256',
    '::1::',
    '<script>',
    '1.2.3.4:99999999',
    '[1.2.3.4',
  ]) {
    assert.equal(forwarded('10.0.0.1', `1.1.1.1,${hop}`, ['10.0.0.0/8']), undefined, JSON.stringify(hop))
    assert.equal(forwarded('10.0.0.1', `1.1.1.1,${hop},10.0.0.2`, ['10.0.0.0/8']), undefined, JSON.stringify(hop))
  }
})

test('hops are read with port, brackets, zone and surrounding space', () => {
  const trusted = ['10.0.0.0/8']
  assert.equal(forwarded('10.0.0.1', '203.0.113.9:5123', trusted), '203.0.113.9')
  assert.equal(forwarded('10.0.0.1', '[2001:db8::1]:5123', trusted), '2001:db8::1')
  assert.equal(forwarded('10.0.0.1', '[2001:DB8:0:0:0::1]', trusted), '2001:db8::1')
  assert.equal(forwarded('10.0.0.1', '\t2001:db8::1 ', trusted), '2001:db8::1')
  assert.equal(forwarded('10.0.0.1', 'fe80::1%eth0.5', trusted), 'fe80::1')
})

test('an IPv4-mapped address is an IPv4 address, as peer, hop and trusted range', () => {
  assert.equal(clientIp(nodeRequest('::ffff:203.0.113.9')), '203.0.113.9')
  assert.equal(forwarded('::ffff:10.0.0.1', '::ffff:cb00:7109', ['10.0.0.0/8']), '203.0.113.9')
  assert.equal(forwarded('10.0.0.1', '203.0.113.9', ['::ffff:10.0.0.0/104']), '203.0.113.9')
})

test('trusted proxies are addresses, ranges of both versions, and two names', () => {
  assert.equal(forwarded('192.0.2.7', '203.0.113.9', ['192.0.2.7']), '203.0.113.9')
  assert.equal(forwarded('192.0.2.8', '203.0.113.9', ['192.0.2.7']), '192.0.2.8')
  assert.equal(forwarded('2001:db8:1:ffff::5', '203.0.113.9', ['2001:db8:1::/48']), '203.0.113.9')
  assert.equal(forwarded('2001:db8:2::5', '203.0.113.9', ['2001:db8:1::/48']), '2001:db8:2::5')
  assert.equal(forwarded('::1', '203.0.113.9', ['loopback']), '203.0.113.9')
  assert.equal(forwarded('127.8.9.1', '203.0.113.9', ['loopback']), '203.0.113.9')
  assert.equal(forwarded('172.31.255.255', '203.0.113.9, fd00::1, 169.254.0.1', ['private']), '203.0.113.9')
  assert.equal(forwarded('172.32.0.0', '203.0.113.9', ['private']), '172.32.0.0')
})

test('IP-01: a range that trusts everybody is refused, and so is what is no range', () => {
  for (const entry of [
    '0.0.0.0/0',
    '::/0',
    '::ffff:0:0/96',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    'localhost',
    '',
    '*',
    'toString',
  ]) {
    assert.throws(() => clientIp(nodeRequest('10.0.0.1'), { trustedProxies: [entry] }), TypeError, entry)
  }
})

test('IP-01: a Fetch request has no peer, so its header counts only with a peer address or behind proxies always', () => {
  const request = new Request('http://localhost/', { headers: { 'x-forwarded-for': '1.1.1.1, 203.0.113.9, 10.0.0.2' } })
  const trustedProxies = ['10.0.0.0/8']
  assert.equal(clientIp(request), undefined)
  assert.equal(clientIp(request, { trustedProxies }), undefined)
  assert.equal(clientIp(request, { trustedProxies, peerAddress: '10.0.0.1' }), '203.0.113.9')
  assert.equal(clientIp(request, { trustedProxies, peerAddress: '198.51.100.1' }), '198.51.100.1')
  assert.equal(clientIp(request, { trustedProxies, isAlwaysProxied: true }), '203.0.113.9')
  assert.equal(clientIp(request, { isAlwaysProxied: true }), '10.0.0.2')
  assert.equal(clientIp(new Request('http://localhost/'), { isAlwaysProxied: true }), undefined)
})

test('a platform header is read when it is named', () => {
  const request = new Request('http://localhost/', { headers: { 'cf-connecting-ip': '2001:db8::9', 'x-forwarded-for': '1.1.1.1' } })
  assert.equal(clientIp(request, { header: 'CF-Connecting-IP', isAlwaysProxied: true }), '2001:db8::9')
  assert.equal(
    clientIp(nodeRequest('10.0.0.1', { 'cf-connecting-ip': '2001:db8::9' }), { header: 'CF-Connecting-IP', trustedProxies: ['10.0.0.1'] }),
    '2001:db8::9',
  )
})

test('a header that came several times is one list', () => {
  assert.equal(
    clientIp(nodeRequest('10.0.0.1', { 'x-forwarded-for': ['1.1.1.1', '203.0.113.9'] }), { trustedProxies: ['10.0.0.1'] }),
    '203.0.113.9',
  )
})

test('a real Node server sees the forwarded client, and only through a trusted peer', async (t) => {
  const options: ClientIpOptions = { trustedProxies: ['loopback'] }
  const server = http.createServer((request, response) => response.end(`${clientIp(request, options)} ${clientIp(request)}`))
  t.after(() => server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const answer = await fetch(`http://127.0.0.1:${address.port}/`, { headers: { 'x-forwarded-for': '1.1.1.1, 203.0.113.9' } })
  assert.equal(await answer.text(), '203.0.113.9 127.0.0.1')
})

test('IP-01: whatever a client puts in front, the answer is what the trusted proxy appended', () => {
  fc.assert(
    fc.property(fc.string(), fc.ipV4(), (forged, client) => {
      fc.pre(!client.startsWith('10.'))
      assert.equal(forwarded('10.0.0.1', `${forged},${client}`, ['10.0.0.0/8']), client)
    }),
  )
})

test('canonical text is what the URL standard writes for the same address', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const address = parseIp(text)
      assert.ok(address, text)
      if (address.length === 16) assert.equal(`[${formatIp(address)}]`, new URL(`http://[${text}]/`).hostname)
    }),
    { numRuns: 1000 },
  )
  for (const [text, canonical] of [
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['64:ff9b::1.2.3.4', '1.2.3.4'],
    ['64:ff9b:2::1.2.3.4', '64:ff9b:2::102:304'],
    ['::ffff:0:1.2.3.4', '1.2.3.4'],
  ]) {
    assert.equal(formatIp(parseIp(text ?? '') ?? []), canonical)
  }
})

test('what is no address is refused', () => {
  const wrong = [
    '',
    ':',
    ':::',
    '1',
    '1.2.3.4.5',
    '1.2.3.4 ',
    '0x1.2.3.4',
    '1.2.3.',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    'g::',
  ]
  for (const text of [
    ...wrong,
    '1:2:3:4:5:6:7:8::',
    '1.2.3.4::',
    '::1.2.3.4:5',
    '::1.2.3',
    '::1%eth0',
    '２.2.2.2',
    '1:2:3:4:5:6:7:1.2.3.4',
  ]) {
    assert.equal(parseIp(text), undefined, text)
  }
})

test('a range holds exactly the addresses that share its prefix', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(4, 16).chain((size) => {
        const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: size, maxLength: size })
        return fc.tuple(bytes, bytes, fc.integer({ min: 0, max: size * 8 }))
      }),
      ([address, other, prefixLength]) => {
        const bits = (value: number[]) => value.map((byte) => byte.toString(2).padStart(8, '0')).join('')
        const expected = bits(address).slice(0, prefixLength) === bits(other).slice(0, prefixLength)
        assert.equal(isInRange(address, { first: other, prefixLength }), expected)
        if (prefixLength === address.length * 8) return
        const nextBit = address.with(prefixLength >> 3, (address[prefixLength >> 3] ?? 0) ^ (0x80 >> (prefixLength & 7)))
        assert.equal(isInRange(nextBit, { first: address, prefixLength }), true)
      },
    ),
    { numRuns: 500 },
  )
  assert.deepEqual(parseIpRange('10.1.2.3/8'), { first: [10, 1, 2, 3], prefixLength: 8 })
  assert.equal(parseIpRange('::ffff:10.0.0.0/95'), undefined)
})
