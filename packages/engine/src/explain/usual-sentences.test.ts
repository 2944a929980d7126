import assert from 'node:assert/strict'
import { test } from 'node:test'
import { abroad, createTestTenant, day, device, hour, noon, torExit } from '../../test/tenant.ts'
import { usualOf } from '../learning/usual.ts'
import { addressSentence, deviceSentence, forgottenSentence, usualSentence } from './usual-sentences.ts'

type Pass = 'allow' | 'challenge' | 'strong'

function sentences(passes: readonly [Pass, number][], laterDays: number, ip?: object) {
  const tenant = createTestTenant()
  for (const [kind, dayNumber] of passes) {
    const attempt = { userId: 'alice', deviceId: 'phone', at: noon + dayNumber * day, ...(ip !== undefined && { ip }) }
    if (kind === 'allow') tenant.track(attempt)
    else tenant.pass(attempt, kind === 'strong')
  }
  const at = noon + laterDays * day + hour
  const usual = usualOf(tenant.snapshot([{ kind: 'user', key: 'alice' }]), at)
  return {
    all: usualSentence(usual, at),
    forgotten: forgottenSentence(usual),
    address: usual.addresses.map((one) => addressSentence(one, at))[0],
    device: usual.devices.map((one) => deviceSentence(one, at))[0],
  }
}

test('an address says why it is trusted, and when that ends', () => {
  assert.equal(
    sentences(
      [
        ['allow', 0],
        ['challenge', 1],
      ],
      4,
    ).address,
    'Trusted: 2 actions ended well from it on 2 days, last 3 days ago; a challenge was passed from it 3 days ago. Without another visit the trust ends in 176 days.',
  )
  assert.equal(
    sentences([['strong', 0]], 0).address,
    'Trusted: 1 action ended well from it on 1 day, last 1 hour ago; a phishing-resistant challenge was passed from it 1 hour ago. Without another visit the trust ends in 179 days.',
  )
})

test('an address says why it is not trusted', () => {
  assert.equal(
    sentences([['allow', 0]], 0).address,
    'Known from the first days of the account: 1 action ended well from it on 1 day, last 1 hour ago; no challenge was passed from it. Being allowed alone never makes an address trusted.',
  )
  assert.equal(
    sentences([['challenge', 0]], 0).address,
    'Proven, not trusted: 1 action ended well from it on 1 day, last 1 hour ago; a challenge was passed from it 1 hour ago. Trust takes a success on a second day, or a phishing-resistant challenge.',
  )
  assert.equal(
    sentences([['strong', 0]], 0, torExit).address,
    'Proven, not trusted: 1 action ended well from it, last 1 hour ago; a challenge was passed from it 1 hour ago. It is private or hides who uses it, so it never becomes trusted.',
  )
})

test('a device says whether it is proven', () => {
  assert.equal(
    sentences([['challenge', 0]], 2).device,
    'Proven: 1 action ended well on it on 1 day, last 2 days ago; a challenge was passed with it 2 days ago.',
  )
  assert.equal(
    sentences([['allow', 0]], 0).device,
    'Known from the first days of the account: 1 action ended well on it on 1 day, last 1 hour ago; no challenge was passed with it.',
  )
})

test('the whole says what it rests on, or that nothing is known', () => {
  assert.equal(
    sentences(
      [
        ['allow', 0],
        ['strong', 1],
      ],
      1,
    ).all,
    'Usual for this user: 1 address (1 trusted), 1 device (1 proven) and 1 country. This rests on at least 2 actions that ended well and 1 passed challenge. The last action was tracked 1 hour ago.',
  )
  assert.equal(sentences([], 0).all, 'Nothing is known yet about what is usual for this user.')
  assert.match(sentences([['strong', 0]], 300).all, /^Usual for this user: no addresses, 1 device \(0 proven\) and 1 country\. /)
})

test('whoever is forgotten is told what was known', () => {
  assert.equal(
    sentences([['strong', 0]], 0).forgotten,
    'Forgotten: 1 address, 1 device and 1 country, learned from at least 1 action that ended well and 1 passed challenge. The user is a stranger again.',
  )
})

test('what was only seen says so, and what company vouched for says whose', () => {
  const tenant = createTestTenant()
  const alice = { userId: 'alice', deviceId: 'phone' }
  tenant.user = { ...tenant.user, devices: [device('phone')] }
  tenant.pass({ ...alice, at: noon })
  tenant.track({ ...alice, at: noon + day, ip: { address: '198.51.100.9' } })
  tenant.track({ ...alice, at: noon + 2 * day, ip: { address: '198.51.100.9' } })
  for (let i = 0; i < 2; i++) tenant.track({ userId: 'alice', deviceId: 'theirs', at: noon + 3 * day + i, ip: abroad })
  tenant.track({ userId: 'alice', deviceId: 'theirs', at: noon + 4 * day, ip: { address: '198.51.100.9' } })
  const at = noon + 5 * day
  const usual = usualOf(tenant.snapshot([{ kind: 'user', key: 'alice' }]), at)
  assert.deepEqual(
    usual.addresses.map((one) => addressSentence(one, at)),
    [
      'Known by the company of phone: 2 of the 3 actions that ended well from it are proven on 2 days, last 3 days ago; no challenge was passed from it. Being allowed alone never makes an address trusted.',
      'Only seen: 2 actions ended well from it, last 2 days ago; no challenge was passed from it. Nothing vouched for them, so it is still new. Being allowed alone never makes an address known or trusted.',
      'Trusted: 1 action ended well from it on 1 day, last 5 days ago; a phishing-resistant challenge was passed from it 5 days ago. Without another visit the trust ends in 175 days.',
    ],
  )
  assert.deepEqual(
    usual.devices.map((one) => deviceSentence(one, at)),
    [
      'Only seen: 3 actions ended well on it, last 1 day ago; no challenge was passed with it. Nothing vouched for them, so it is still new.',
      'Proven: 3 actions ended well on it on 3 days, last 3 days ago; a challenge was passed with it 5 days ago.',
    ],
  )
})
