import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openIpIntelligence } from '../ip/open-ip-intelligence.ts'
import { drawAddress } from './draw-address.ts'
import { countries, destinations, type Network, relayExits, rentedServers, torExits, vpnExits } from './networks.ts'
import { createRandom } from './random.ts'

const ip = await openIpIntelligence({ dataDir: join(tmpdir(), 'sallyport-test-without-lists'), clock: Date.now })
const random = createRandom('networks')
const drawn = ({ ...network }: Network) => ip.lookUp(drawAddress(random, (address) => ip.lookUp(address), network))
const homes = countries.flatMap(({ homes, phones, offices, campuses }) => [...homes, ...phones, ...offices, ...campuses])

test('addresses of people are in the country and network that they are said to be in, and hide nobody', () => {
  for (const network of [...homes, ...destinations]) {
    const { countryCode, asnType, isAnonymous } = drawn(network)
    assert.deepEqual([countryCode, asnType, isAnonymous], [network.countryCode, network.asnType, false], network.first)
  }
})

test('addresses that hide somebody are known for it', () => {
  for (const network of torExits) assert.equal(drawn(network).isTor, true, network.first)
  for (const network of vpnExits) assert.equal(drawn(network).isVpn, true, network.first)
  for (const network of rentedServers) assert.equal(drawn(network).isHosting, true, network.first)
  for (const network of relayExits) assert.deepEqual([drawn(network).isRelay, drawn(network).isAnonymous], [true, false], network.first)
  for (const network of [...torExits, ...vpnExits, ...rentedServers]) {
    assert.deepEqual([drawn(network).countryCode, drawn(network).isAnonymous], [network.countryCode, true], network.first)
  }
})

test('the shares of the countries make a whole', () => {
  assert.equal(Math.round(100 * countries.reduce((sum, { share }) => sum + share, 0)), 100)
})
