import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { isSignedDeviceId } from '@sallyport/engine'
import { createSoftwareDevice } from '../../test/support/software-device.ts'
import { isCurrentNonce, issueNonce } from './device-nonce.ts'
import { checkDeviceProof, issueDeviceProof } from './device-proof.ts'
import { verifyDeviceKey } from './verify-device-key.ts'

const at = Date.UTC(2026, 10, 29, 12)
const minute = 60_000
const secret = (seed: string) => ({ key: `sallyport_secret_${seed.repeat(32)}` })
const bank = { tenantId: 'bank', secretKeys: [secret('a')] }
const shop = { tenantId: 'shop', secretKeys: [secret('b')] }
const id = `dk_${'k'.repeat(43)}`

test('a proof holds for its device, its tenant and ten minutes', () => {
  const proof = issueDeviceProof(bank, id, at)
  assert.ok(proof.length < 80)
  assert.equal(checkDeviceProof(bank, id, proof, at), 'valid')
  assert.equal(checkDeviceProof(bank, id, proof, at + 10 * minute - 1), 'valid')
  assert.equal(checkDeviceProof(bank, id, proof, at + 10 * minute), 'expired')
  assert.equal(checkDeviceProof(bank, `dk_${'x'.repeat(43)}`, proof, at), 'not_of_device')
  assert.equal(checkDeviceProof(bank, null, proof, at), 'not_of_device')
  assert.equal(checkDeviceProof(bank, id, undefined, at), 'none')
  assert.equal(checkDeviceProof(bank, id, '', at), 'none')
})

test('TK-05: a proof of one tenant is none at another, also where both have the same key', () => {
  const proof = issueDeviceProof(bank, id, at)
  assert.equal(checkDeviceProof(shop, id, proof, at), 'not_of_device')
  assert.equal(checkDeviceProof({ ...shop, secretKeys: bank.secretKeys }, id, proof, at), 'not_of_device')
})

test('TK-08: a proof outlives a new key, and not the removal of its own', () => {
  const proof = issueDeviceProof(bank, id, at)
  const rotated = { ...bank, secretKeys: [secret('c'), ...bank.secretKeys] }
  assert.equal(checkDeviceProof(rotated, id, proof, at), 'valid')
  assert.equal(checkDeviceProof({ ...bank, secretKeys: [secret('c')] }, id, proof, at), 'not_of_device')
})

test('TK-04: a proof with a later end, an own seal or another spelling is refused', () => {
  const proof = issueDeviceProof(bank, id, at)
  const [end = '', seal = ''] = proof.split('.')
  assert.equal(checkDeviceProof(bank, id, `${Number(end) + 1}.${seal}`, at), 'not_of_device')
  assert.equal(checkDeviceProof(bank, id, `${end}.${'A'.repeat(43)}`, at), 'not_of_device')
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const respelt = seal.slice(0, -1) + alphabet[alphabet.indexOf(seal.at(-1) ?? '') ^ 1]
  for (const hostile of [`${end}.${respelt}`, `0${proof}x`, `${proof} `, `${proof}\n`, '.', 'null', '9'.repeat(300), `${end}.${seal}=`]) {
    assert.equal(checkDeviceProof(bank, id, hostile, at), 'malformed', hostile)
  }
})

test('a nonce is good for five to ten minutes, at every server of the tenant, and at no other tenant', () => {
  const nonce = issueNonce(bank, at)
  for (const passed of [-4 * minute, 0, 5 * minute, 9 * minute]) assert.ok(isCurrentNonce(bank, nonce, at + passed), String(passed))
  for (const passed of [10 * minute, 60 * minute, -6 * minute]) assert.ok(!isCurrentNonce(bank, nonce, at + passed), String(passed))
  assert.ok(!isCurrentNonce(shop, nonce, at))
  assert.ok(isCurrentNonce({ ...bank, secretKeys: [secret('c'), ...bank.secretKeys] }, nonce, at))
  for (const hostile of ['', 'x', `${nonce}=`, nonce.slice(1), 'ä'.repeat(43)]) assert.ok(!isCurrentNonce(bank, hostile, at), hostile)
})

test('A-19: a device id is made of the key that signed, so nobody gets the id of another key', async () => {
  const device = createSoftwareDevice()
  const other = createSoftwareDevice()
  const signed = device.signedNonce('bank', 'nonce')
  const deviceId = await verifyDeviceKey({ tenantId: 'bank', ...signed })
  assert.ok(deviceId !== undefined && isSignedDeviceId(deviceId))
  assert.equal(await verifyDeviceKey({ tenantId: 'bank', ...device.signedNonce('bank', 'another') }), deviceId)
  assert.notEqual(await verifyDeviceKey({ tenantId: 'bank', ...other.signedNonce('bank', 'nonce') }), deviceId)
  const { publicKey } = signed
  const { signature } = other.signedNonce('bank', 'nonce')
  assert.equal(await verifyDeviceKey({ tenantId: 'bank', nonce: 'nonce', publicKey, signature }), undefined)
  assert.equal(await verifyDeviceKey({ tenantId: 'shop', ...signed }), undefined)
  assert.equal(await verifyDeviceKey({ tenantId: 'bank', ...signed, nonce: 'later' }), undefined)
})

test('what is no key of the curve, or no signature, is refused', async () => {
  const { signature } = createSoftwareDevice().signedNonce('bank', 'nonce')
  const zeros = Buffer.alloc(64).toString('base64url')
  const { publicKey: another } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  const { x = '', y = '' } = another.export({ format: 'jwk' })
  const ofAnotherCurve = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  for (const point of [Buffer.alloc(0), Buffer.alloc(65), Buffer.alloc(65, 4), ofAnotherCurve, Buffer.alloc(33, 2)]) {
    const publicKey = point.toString('base64url')
    assert.equal(await verifyDeviceKey({ tenantId: 'bank', nonce: 'nonce', publicKey, signature }), undefined)
  }
  const device = createSoftwareDevice().signedNonce('bank', 'nonce')
  for (const none of ['', zeros, 'A'.repeat(86)]) {
    assert.equal(await verifyDeviceKey({ tenantId: 'bank', ...device, signature: none }), undefined)
  }
})
