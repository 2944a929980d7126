import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AddressFacts, addressSentence, ageWords, factWords, missingWords, usersOf } from './describe-address.ts'

const nothing = {
  isTor: null,
  isVpn: null,
  isProxy: null,
  isRelay: null,
  isCrawler: null,
  isGateway: null,
  isHosting: null,
  isAnonymous: null,
  isPrivate: false,
}
const given = (facts: object) =>
  ({ ...nothing, asn: null, asnName: null, asnType: null, countryCode: null, missing: {}, ...facts }) as AddressFacts

test('an address is said in one sentence: what it is, where, and in whose network', () => {
  assert.equal(
    addressSentence(
      given({ isTor: true, isHosting: true, isAnonymous: true, countryCode: 'DE', asn: 60729, asnName: 'Stiftung', asnType: 'hosting' }),
    ),
    'A Tor exit and hosting in Germany, in the network of Stiftung (AS60729, hosting).',
  )
  assert.equal(
    addressSentence(given({ isAnonymous: false, countryCode: 'US', asn: 7018 })),
    'An address like those of people in United States, in the network of an unnamed company (AS7018).',
  )
  assert.match(addressSentence(given({ isPrivate: true })), /^A private or reserved address/)
})

test('what no data set answers is doubt, and never no', () => {
  const sentence = addressSentence(
    given({ isAnonymous: null, missing: { isTor: 'unavailable', isVpn: 'unavailable', isProxy: 'not_applicable' } }),
  )
  assert.match(sentence, /^An address that may hide who uses it; nobody can tell in an unknown country\./)
  assert.match(sentence, /for lack of data: tor exit or VPN\.$/i)
  assert.equal(missingWords('unavailable'), 'not known: no data')
})

test('facts, ages and users are said in words', () => {
  assert.equal(factWords('isTor', true), 'yes')
  assert.equal(factWords('asn', 1), 'AS1')
  assert.equal(factWords('countryCode', 'DE'), 'Germany (DE)')
  assert.equal(factWords('cityName', '\u202eBerlin'), '\u202eBerlin')
  assert.equal(factWords('anonymityConfidence', 0.9), '90 of 100')
  assert.deepEqual([0.4, 1.2, 59, 180.7, 800].map(ageWords), ['0 days', '1 day', '59 days', '6 months', '2 years'])
  assert.deepEqual(usersOf([{ userId: 'b' }, { userId: 'a' }, { userId: 'b' }]), ['b', 'a'])
})
