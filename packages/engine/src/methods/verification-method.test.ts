import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isVerificationMethod, type MethodProperties, type VerificationMethod, verificationMethods } from './verification-method.ts'

const methods = Object.entries(verificationMethods) as [VerificationMethod, MethodProperties][]

const having = (property: keyof MethodProperties) => methods.filter(([, properties]) => properties[property]).map(([method]) => method)

test('only keys that sign for one site resist phishing', () => {
  assert.deepEqual(having('phishingResistant'), ['PASSKEY', 'SECURITY_KEY'])
})

test('what resists phishing comes by the channel that asks and needs a ceremony at the user’s device', () => {
  for (const [method, { phishingResistant, outOfBand, boundByServerAlone }] of methods)
    if (phishingResistant) assert.deepEqual([outOfBand, boundByServerAlone], [false, false], method)
})

test('only what travels over the telephone network is restricted', () => {
  assert.deepEqual(having('restricted'), ['SMS'])
})

test('a name is a method when the table has it, never because objects inherit it', () => {
  for (const [method] of methods) assert.ok(isVerificationMethod(method))
  for (const text of ['passkey', '', 'constructor', 'toString', '__proto__']) assert.ok(!isVerificationMethod(text), text)
})
