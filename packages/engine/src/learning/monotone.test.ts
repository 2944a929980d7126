import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Attempt, createTestTenant, day, noon, type TestTenant } from '../../test/tenant.ts'

const minute = 60_000

/** What happened from the user's address: an ending, and how long after the one before. */
const happening = fc.record({
  ending: fc.constantFrom('allowed', 'challenge', 'phishing_resistant', 'failed', 'blocked', 'abandoned'),
  minutes: fc.oneof(fc.nat(120), fc.nat(60 * 1440)),
})
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

function happen(tenant: TestTenant, ending: Happening['ending'], attempt: Attempt): void {
  switch (ending) {
    case 'allowed':
      tenant.track(attempt)
      break
    case 'challenge':
    case 'phishing_resistant':
      tenant.pass(attempt, ending === 'phishing_resistant')
      break
    case 'failed':
      tenant.fail(attempt)
      break
    case 'blocked':
      tenant.track({ ...attempt, custom: { mustBlock: true } })
      break
    case 'abandoned':
      tenant.track({ ...attempt, custom: { mustChallenge: true } })
  }
}

/** What is thought of the address and the device after these happenings, 0 to 1 each: more is better. */
function opinion(happenings: readonly Happening[], extra: Happening['ending'] | null, index: number, daysLater: number): number[] {
  const tenant = createTestTenant()
  let at = noon
  for (const [i, { ending, minutes }] of happenings.entries()) {
    at += (minutes + 2) * minute
    happen(tenant, ending, { at })
    if (i === index && extra !== null) happen(tenant, extra, { at: at + minute })
  }
  const { signal } = tenant.track({ at: at + 2 * minute + daysLater * day, custom: { mustChallenge: true } })
  return [
    Number(signal('ip.isTrusted') === true),
    Number(signal('ip.isUnrecognized') === false),
    Number(signal('device.isTrusted') === true),
    Number(signal('device.isNew') === false),
    Number(signal('user.hasPreviouslyVerified') === true),
    Number(signal('ip.timesSeen')),
  ]
}

const histories = fc.array(happening, { minLength: 1, maxLength: 12 })
const laters = fc.nat(200)

test('one more success never lowers what is thought of an address or a device', () => {
  const better = fc.constantFrom<Happening['ending']>('allowed', 'challenge', 'phishing_resistant')
  fc.assert(
    fc.property(histories, better, fc.nat(11), laters, (happenings, extra, index, daysLater) => {
      const without = opinion(happenings, null, index % happenings.length, daysLater)
      const withOne = opinion(happenings, extra, index % happenings.length, daysLater)
      for (const [i, value] of without.entries()) assert.ok((withOne[i] ?? 0) >= value, `opinion ${i}`)
    }),
    { numRuns: 300 },
  )
})

test('a failed, blocked or abandoned attempt never raises it, and changes nothing of what is usual', () => {
  const worse = fc.constantFrom<Happening['ending']>('failed', 'blocked', 'abandoned')
  fc.assert(
    fc.property(histories, worse, fc.nat(11), laters, (happenings, extra, index, daysLater) => {
      const without = opinion(happenings, null, index % happenings.length, daysLater)
      assert.deepEqual(opinion(happenings, extra, index % happenings.length, daysLater), without)
    }),
    { numRuns: 200 },
  )
})

test('IP-07: whatever happens short of a passed challenge, nothing is trusted or recognised', () => {
  const short = fc.array(
    happening.filter(({ ending }) => ending !== 'challenge' && ending !== 'phishing_resistant'),
    { minLength: 1, maxLength: 30 },
  )
  fc.assert(
    fc.property(short, (happenings) => {
      const [addressTrusted, recognised, deviceTrusted] = opinion(happenings, null, 0, 0)
      assert.deepEqual([addressTrusted, recognised, deviceTrusted], [0, 0, 0])
    }),
    { numRuns: 100 },
  )
})
