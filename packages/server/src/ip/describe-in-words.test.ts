import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NOT_APPLICABLE, UNAVAILABLE } from '@sallyport/engine'
import { homeAddress } from '../../test/support/address-facts.ts'
import { describeInWords } from './describe-in-words.ts'

const day = '2026-08-22'
const torExit = { ...homeAddress, isTor: true, isHosting: true, isAnonymous: true, cityName: UNAVAILABLE }

test('an address is described in one sentence with its kind, source, network and place', () => {
  const listed = [
    { fact: 'isTor', value: true, dataSet: 'networks', dataDate: '2026-11-24' },
    { fact: 'isTor', value: true, dataSet: 'tor-exits', dataDate: day },
  ]
  const of = 'in the network of Example Broadband (AS64500), New Zealand.'
  assert.equal(describeInWords(torExit, listed), `A Tor exit, on the list tor-exits of 22 August 2026, ${of}`)
  assert.equal(describeInWords(torExit, listed.slice(0, 1)), `A Tor exit, by our table of networks of 24 November 2026, ${of}`)
  const byName = [{ fact: 'isHosting', value: true, dataSet: 'asn', dataDate: day }]
  assert.equal(describeInWords({ ...torExit, isTor: false }, byName), `An address for servers, by the name of its network, ${of}`)
  assert.equal(
    describeInWords(homeAddress, []),
    'A line of an access provider, in the network of Example Broadband (AS64500), Auckland, New Zealand.',
  )
})

test('what cannot be told is said, and a special-purpose address is named', () => {
  const home = { ...homeAddress, isTor: UNAVAILABLE, isVpn: UNAVAILABLE, cityName: UNAVAILABLE, asnName: UNAVAILABLE }
  assert.equal(
    describeInWords(home, []),
    'A line of an access provider, in AS64500, New Zealand. No current list says whether it is a Tor exit or a VPN exit.',
  )
  const nothing = { ...home, asn: UNAVAILABLE, asnType: UNAVAILABLE, countryCode: UNAVAILABLE, isTor: false, isVpn: false }
  assert.equal(describeInWords(nothing, []), 'An address of a network that no data set knows.')
  const local = { ...homeAddress, isPrivate: true, asn: NOT_APPLICABLE }
  const note = [{ fact: 'isPrivate', value: true, dataSet: 'iana', dataDate: '2026-01-01', note: 'private use (RFC 1918)' }]
  assert.equal(describeInWords(local, note), 'A special-purpose address that nobody has on the internet: private use (RFC 1918).')
})
