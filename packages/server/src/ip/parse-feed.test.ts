import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FEEDS, type Feed, findFeed } from './feeds.ts'
import { FeedRefused, MAX_FEED_BYTES, parseFeed } from './parse-feed.ts'

const vpn = feed('vpn-sample')
const tor = feed('tor-sample')
const networks = feed('hosting-asn-sample')
const lines = (count: number) => Array.from({ length: count }, (_, at) => `45.${at >> 8}.${at & 255}.0/24`).join('\n')

test('every published form of an entry is read', () => {
  const text = [
    '# a comment',
    '',
    '45.1.0.0/24',
    '45.2.0.7 # with a note',
    '2a01:4f8::/32; another',
    '45.3.0.1:8080',
    'socks5://45.4.0.1:1080',
    '[2a01:4f8::1]:443',
    '  45.5.0.0/24  ',
    '45.6.0.9/24\r',
    '0123ABC, 45.7.0.1, 444',
    '::ffff:45.8.0.0/120',
  ].join('\n')
  assert.deepEqual(
    parseFeed(vpn, text).ranges.map(({ version, prefix, first }) => `${version} ${first[0]} /${prefix}`),
    [
      '4 755040256 /24',
      '4 755105799 /32',
      '6 704709880 /32',
      '4 755171329 /32',
      '4 755236865 /32',
      '6 704709880 /128',
      '4 755302400 /24',
      '4 755367936 /24',
      '4 755433473 /32',
      '4 755499008 /24',
    ],
  )
})

test('a CSV list may begin with the names of its columns, and only begin', () => {
  assert.equal(parseFeed(tor, 'fingerprint, ipaddr, port\nAB, 45.1.0.1, 444\nCD, 2a01:4f8::1, 81').ranges.length, 2)
  assert.throws(() => parseFeed(tor, 'AB, 45.1.0.1, 444\nfingerprint, ipaddr, port'), FeedRefused)
})

test('networks are read with and without letters and names', () => {
  assert.deepEqual(parseFeed(networks, 'AS64500 # ours\nas64501\n64502 Some Host Ltd\n64503,Other').networks, [64500, 64501, 64502, 64503])
})

test('special-purpose addresses on a list are left out', () => {
  assert.equal(parseFeed(vpn, '10.0.0.0/24\n45.1.0.0/24\n127.0.0.1\nfe80::1').ranges.length, 1)
})

const poisoned: [what: string, feed: Feed, text: string][] = [
  ['an empty list', vpn, ''],
  ['a list of comments', vpn, '# nothing\n\n# here\n'],
  ['a web page', vpn, '<!DOCTYPE html><html><body>404</body></html>'],
  ['a web page with a byte-order mark', vpn, '\ufeff\n <html>'],
  ['a JSON error', vpn, '{"message":"rate limited"}'],
  ['an error in words', vpn, '404: Not Found'],
  ['the whole internet', vpn, '0.0.0.0/0'],
  ['the whole internet in halves', feed('hosting-sample'), '0.0.0.0/1\n128.0.0.0/1'],
  ['the whole of IPv6', vpn, '::/0'],
  ['a range no VPN has', vpn, '45.0.0.0/8'],
  ['a Tor exit that is a network', tor, '45.0.0.0/16'],
  ['more than a VPN list can hold', vpn, Array.from({ length: 400 }, (_, at) => `${(at >> 2) + 20}.${(at & 3) * 64}.0.0/14`).join('\n')],
  ['one unreadable line in fifty', vpn, `${lines(49)}\nnot an address`],
  ['a list cut in the middle of a line', vpn, `${lines(40)}\n45.1.2.`],
  ['a list cut in the middle of a prefix', vpn, `${lines(40)}\n45.1.2.0/2`],
  ['prefixes that are none', vpn, '45.1.2.0/33'],
  ['addresses in octal', vpn, '045.01.02.03'],
  ['numbers that are no networks', networks, 'AS0\nAS4294967295'],
  ['addresses where networks belong', networks, '45.1.2.3'],
  ['fewer entries than the feed ever had', feed('x4bnet-vpn-ipv4'), lines(999)],
  ['a list of gigabytes', vpn, '4'.repeat(MAX_FEED_BYTES + 1)],
]

for (const [what, into, text] of poisoned) {
  test(`A-25: ${what} is refused`, () => {
    assert.throws(() => parseFeed(into, text), FeedRefused)
  })
}

test('every known feed has a name that finds it, and a licence', () => {
  for (const known of FEEDS) {
    assert.equal(findFeed(known.name), known)
    assert.match(known.licence, /^(?:MIT|CC0-1\.0|Apache-2\.0)$/)
    assert.match(known.url ?? '', /^https:\/\//)
  }
  assert.equal(new Set(FEEDS.map(({ name }) => name)).size, FEEDS.length)
})

test('a name of no known form stands for no feed', () => {
  for (const name of ['', 'README', 'vpns', 'vpn_office', 'tor/../x', 'constructor', `vpn-${'a'.repeat(80)}`]) {
    assert.equal(findFeed(name), undefined, name)
  }
})

function feed(name: string): Feed {
  const found = findFeed(name)
  assert.ok(found)
  return found
}
