import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Secret } from 'otpauth'
import { type CodeScheme, createSeed, findStep, readUri, toUri, usualScheme } from './one-time-password.ts'

const seedOf = (text: string) => Secret.fromLatin1(text).base32

test('RFC 4226, appendix D: the codes of the first ten counters', () => {
  const seed = seedOf('12345678901234567890')
  const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']
  for (const [counter, code] of codes.entries()) assert.equal(findStep(seed, usualScheme, code, counter * 30_000), counter)
})

test('RFC 6238, appendix B: the codes of its times, by each algorithm', () => {
  const seeds = {
    SHA1: seedOf('12345678901234567890'),
    SHA256: seedOf('12345678901234567890123456789012'),
    SHA512: seedOf('1234567890123456789012345678901234567890123456789012345678901234'),
  }
  const vectors: [number, string, string, string][] = [
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ]
  for (const [seconds, ...codes] of vectors) {
    for (const [index, algorithm] of (['SHA1', 'SHA256', 'SHA512'] as const).entries()) {
      const scheme: CodeScheme = { algorithm, digits: 8, period: 30 }
      const step = findStep(seeds[algorithm], scheme, codes[index] ?? '', seconds * 1000)
      assert.equal(step, Math.floor(seconds / 30), `${algorithm} at ${seconds}`)
    }
  }
})

test('OT-02: a code is accepted one step early or late, and no more', () => {
  const seed = seedOf('12345678901234567890')
  // The code of counter 7.
  const at = (seconds: number) => findStep(seed, usualScheme, '162583', seconds * 1000)
  assert.deepEqual([5 * 30, 6 * 30 - 1].map(at), [undefined, undefined])
  assert.deepEqual([6 * 30, 7 * 30, 8 * 30, 9 * 30 - 1].map(at), [7, 7, 7, 7])
  assert.deepEqual([9 * 30, 10 * 30].map(at), [undefined, undefined])
})

test('OT-03: a seed has 160 bits, and no two are the same', () => {
  const seeds = new Set(Array.from({ length: 100 }, createSeed))
  assert.equal(seeds.size, 100)
  for (const seed of seeds) assert.equal(Secret.fromBase32(seed).bytes.length, 20)
})

test('a link that was made here is read back, whatever names are in it', () => {
  const seed = createSeed()
  const uri = toUri(seed, { issuer: 'Bänk & Söhne: 1', label: 'ann+1@example.com/#?' })
  assert.match(uri, /^otpauth:\/\/totp\//)
  assert.deepEqual(readUri(uri), { seed, scheme: usualScheme })
})

test('OT-02, OT-03: a link with a short secret, a long period or another kind of code is refused with the reason', () => {
  const link = (query: string) => readUri(`otpauth://totp/Bank:ann?${query}`)
  const secret = `secret=${createSeed()}`
  assert.deepEqual(link(`${secret}&algorithm=SHA256&digits=8&period=60`), {
    seed: secret.slice(7),
    scheme: { algorithm: 'SHA256', digits: 8, period: 60 },
  })
  assert.match(String(link('secret=JBSWY3DPEHPK3PXP')), /fewer than 112 bits/)
  assert.match(String(link(`${secret}&period=120`)), /between 15 and 60/)
  assert.match(String(link(`${secret}&digits=7`)), /6 nor 8 digits/)
  assert.match(String(link(`${secret}&algorithm=SHA3-256`)), /an algorithm other/)
  for (const text of ['', 'otpauth://', `otpauth://hotp/Bank:ann?${secret}&counter=1`, 'https://example.com/?secret=A', `${secret}`]) {
    assert.match(String(readUri(text)), /is not an/, text)
  }
})
