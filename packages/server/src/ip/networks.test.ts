import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACCESS_NETWORKS } from './access-networks.ts'
import { describeNetwork } from './asn-type.ts'
import { HOSTING_NETWORKS } from './hosting-networks.ts'
import { createIpData, positionOf } from './ip-data.ts'
import { loadShippedData } from './load-shipped-data.ts'
import { buildRangeLists } from './range-lists.ts'

const { asn } = loadShippedData({ fallbackDirectory: '/nonexistent' })
assert.ok(asn.isLoaded)
const { table } = asn
const data = createIpData({ asn: table, country: null, city: null, lists: buildRangeLists([]), isManifestLost: false }, 0)

test('at least 300 hosting and VPN networks are listed, each with a note', () => {
  assert.ok(HOSTING_NETWORKS.length >= 300, `${HOSTING_NETWORKS.length}`)
  assert.ok(HOSTING_NETWORKS.filter(([, purpose]) => purpose === 'vpn').length >= 30)
  for (const [number, , , note] of [...HOSTING_NETWORKS, ...ACCESS_NETWORKS]) assert.ok(note.length > 3, `AS${number} has no note`)
})

test('every listed network is in the ASN data under the name it is listed with', () => {
  for (const [number, , name] of [...HOSTING_NETWORKS, ...ACCESS_NETWORKS]) {
    const position = positionOf(table.numbers, number)
    assert.notEqual(position, -1, `AS${number} announces nothing`)
    assert.equal(data.networks?.name(position), name, `AS${number} is somebody else`)
  }
})

test('no network is listed twice, and none that connects people is listed as hosting', () => {
  const numbers = [...HOSTING_NETWORKS, ...ACCESS_NETWORKS].map(([number]) => number)
  assert.deepEqual(
    numbers.filter((number, at) => numbers.indexOf(number) !== at),
    [],
  )
})

test('no mobile carrier and no large provider comes out as hosting', () => {
  // T-Mobile US, Verizon Wireless, Play, Vodafone, Deutsche Telekom, Comcast, Orange, BT, Jio, docomo, Telstra, Lumen, Cogent.
  for (const number of [21928, 6167, 31242, 12430, 3320, 7922, 3215, 2856, 55836, 9605, 1221, 3561, 174]) {
    const position = positionOf(table.numbers, number)
    const network = data.networks?.find(position)
    assert.equal(network?.purpose, null, `AS${number}`)
    assert.match(network?.type ?? '', /^(?:isp|mobile)$/, `AS${number}`)
  }
})

const guesses: [name: string, v4Size: number, type: string, isHosting: boolean][] = [
  ['Krystal Hosting Ltd', 18_944, 'hosting', true],
  ['Iron Mountain Data Center', 125_952, 'hosting', true],
  ['CHINANET SiChuan Telecom Internet Data Center', 232_704, 'isp', false],
  ['University of Nowhere', 65_536, 'education', false],
  ['Ministry of Finance', 4096, 'government', false],
  ['Example Mobile Ltd', 4096, 'mobile', false],
  ['Example Broadband', 256, 'isp', false],
  ['Example SA', 1_000_000, 'isp', false],
  ['Example Bakery GmbH', 256, 'business', false],
]

for (const [name, v4Size, type, isHosting] of guesses) {
  test(`an unlisted network called "${name}" with ${v4Size} addresses is taken for ${type}`, () => {
    const network = describeNetwork(4_200_000_000, name, v4Size)
    assert.equal(network.type, type)
    assert.equal(network.purpose === 'hosting', isHosting)
    assert.equal(network.isListed, false)
  })
}
