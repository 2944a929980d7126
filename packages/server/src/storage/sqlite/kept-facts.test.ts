import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unknownUser, withDeviceIndex } from '@sallyport/engine'
import fc from 'fast-check'
import { type AuthenticatorColumns, type DeviceColumns, toUserFacts } from '../stored-user.ts'
import { packFacts, toKeptFacts, unpackFacts } from './kept-facts.ts'

const time = fc.integer({ min: 0, max: 2 ** 45 })
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of)
const method = fc.constantFrom('PASSKEY', 'EMAIL_OTP', 'SMS')
const device: fc.Arbitrary<DeviceColumns> = fc.tuple(fc.string(), time, maybe(time), maybe(time), maybe(method))
const authenticator: fc.Arbitrary<AuthenticatorColumns> = fc.tuple(
  ...([method, time, maybe(time), fc.constantFrom(0, 1), fc.constantFrom(0, 1), maybe(fc.string())] as const),
  fc.constantFrom('{}', '{"isImported":true}'),
)
const custom = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 })).map((value) => JSON.stringify(value))
const columns = fc.tuple(time, maybe(fc.string()), maybe(fc.string()), maybe(fc.string()), custom)

test('facts that were packed are what they were', () => {
  fc.assert(
    fc.property(
      ...([columns, fc.array(authenticator, { maxLength: 25 }), fc.array(device, { maxLength: 50 }), fc.array(fc.nat())] as const),
      (user, authenticators, devices, others) => {
        const kept = toKeptFacts(withDeviceIndex(toUserFacts(user, authenticators, devices)), others)
        assert.deepEqual(unpackFacts(packFacts(kept)), kept)
      },
    ),
  )
})

test('a user who was never seen stays one', () => {
  assert.equal(unpackFacts(packFacts(toKeptFacts(unknownUser))).user, unknownUser)
})
