import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { placelessNetworks } from '@sallyport/engine'
import { describeNetwork } from './asn-type.ts'
import { accessNetworks, type CuratedNetwork, hostingNetworks } from './curated-networks.ts'
import { createIpData, positionOf } from './ip-data.ts'
import { loadShippedData } from './load-shipped-data.ts'
import { OFAC_COUNTRIES } from './ofac-countries.ts'
import { buildRangeLists } from './range-lists.ts'

const { asn: shipped } = loadShippedData({ fallbackDirectory: '/nonexistent' })
assert.ok(shipped.isLoaded)
const { table } = shipped
const data = createIpData(
  { asn: table, country: null, city: null, shippedLists: buildRangeLists([]), lists: buildRangeLists([]), isManifestLost: false },
  0,
)

const all: CuratedNetwork<string>[] = [...hostingNetworks, ...accessNetworks]

test('at least 300 hosting and VPN networks are listed, each with a note', () => {
  assert.ok(hostingNetworks.length >= 300, `${hostingNetworks.length}`)
  assert.ok(hostingNetworks.filter(({ kind }) => kind === 'vpn').length >= 30)
  for (const { asn, comment } of all) assert.ok(comment.length > 3, `AS${asn} has no note`)
})

test('every listed network is in the ASN data under the name it is listed with', () => {
  for (const network of all) {
    const position = positionOf(table.numbers, network.asn)
    assert.notEqual(position, -1, `AS${network.asn} announces nothing`)
    assert.equal(data.networks?.name(position), network.name, `AS${network.asn} is somebody else`)
  }
})

test('the engine takes the networks for no places that are listed as satellites', () => {
  const satellites = accessNetworks.filter(({ kind }) => kind === 'satellite').map(({ asn }) => asn)
  assert.deepEqual([...placelessNetworks], satellites, 'run node packages/engine/tools/write-placeless-networks.ts')
})

test('no network is listed twice, and none that connects people is listed as hosting', () => {
  const numbers = all.map((network) => network.asn)
  assert.deepEqual(
    numbers.filter((number, at) => numbers.indexOf(number) !== at),
    [],
  )
})

test('every line of a curated table becomes an entry', () => {
  const lines = (file: string) =>
    readFileSync(new URL(`./curated/${file}`, import.meta.url), 'utf8')
      .trimEnd()
      .split('\n').length - 1
  assert.equal(hostingNetworks.length, lines('hosting-networks.csv'))
  assert.equal(accessNetworks.length, lines('access-networks.csv'))
  assert.equal(OFAC_COUNTRIES.size, lines('ofac-countries.csv'))
  assert.ok(hostingNetworks.length >= 652 && accessNetworks.length >= 242, `${hostingNetworks.length}, ${accessNetworks.length}`)
})

const known: CuratedNetwork<string>[] = [
  { asn: 60729, kind: 'tor', name: 'Stiftung Erneuerbare Freiheit', comment: 'Stiftung Erneuerbare Freiheit, Tor exit relays, DE' },
  { asn: 9009, kind: 'vpn', name: 'M247 Europe SRL', comment: 'M247, servers rented mostly by commercial VPNs' },
  { asn: 54113, kind: 'hosting', name: 'Fastly, Inc.', comment: 'Fastly, CDN; also carries iCloud Private Relay' },
  { asn: 4761, kind: 'mobile', name: 'PT. INDOSAT Tbk', comment: 'Indosat, ID' },
  { asn: 15895, kind: 'mobile', name: '"Kyivstar" PJSC', comment: 'Kyivstar, UA' },
  { asn: 3320, kind: 'isp', name: 'Deutsche Telekom AG', comment: 'Deutsche Telekom, DE' },
]

for (const entry of known) {
  test(`AS${entry.asn} is curated as ${entry.kind}`, () => {
    assert.deepEqual(
      all.find(({ asn }) => asn === entry.asn),
      entry,
    )
  })
}

for (const [name, purpose] of [
  ['Example VPN Ltd', 'vpn'],
  ['FastVPN', 'vpn'],
  ['Residential Proxies LLC', 'proxy'],
  ['Example Tor Exit Relays e.V.', 'tor'],
  ['Tor Valley Dairy', null],
] as const) {
  test(`an unlisted network called "${name}" is run for ${purpose ?? 'nothing that hides people'}`, () => {
    assert.equal(describeNetwork(4_200_000_000, name, 256).purpose, purpose)
  })
}

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
  ['Example Cloud B.V.', 4096, 'hosting', true],
  ['HostExample SRL', 4096, 'hosting', true],
  ['AFRIHOST SP (PTY) LTD', 476_672, 'isp', false],
  ['St. Cloud State University', 65_536, 'education', false],
  ['Cloudwifi', 4352, 'business', false],
  ['Host Hotels and Resorts, L.P.', 256, 'business', false],
]

for (const [name, v4Size, type, isHosting] of guesses) {
  test(`an unlisted network called "${name}" with ${v4Size} addresses is taken for ${type}`, () => {
    const network = describeNetwork(4_200_000_000, name, v4Size)
    assert.equal(network.type, type)
    assert.equal(network.purpose === 'hosting', isHosting)
    assert.equal(network.isListed, false)
  })
}
