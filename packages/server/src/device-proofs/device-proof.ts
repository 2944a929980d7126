import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { ProvingTenant } from './device-nonce.ts'

/** How long a proof can be passed on with tracked actions. */
export const proofLifetimeMs = 10 * 60_000

/** `none`: nothing was sent. Of the others, only `valid` proves anything. */
export type ProofVerdict = 'none' | 'valid' | 'expired' | 'not_of_device' | 'malformed'

const form = /^(\d{9,12})\.([A-Za-z0-9_-]{43})$/

/** Says, for ten minutes, that the device has shown its key to this tenant. Whoever has the text can use it for as long. */
export function issueDeviceProof(tenant: ProvingTenant, deviceId: string, at: number): string {
  const [newest] = tenant.secretKeys
  if (newest === undefined) throw new Error(`tenant ${tenant.tenantId} has no valid secret key`)
  const expiresAt = Math.floor((at + proofLifetimeMs) / 1000)
  return `${expiresAt}.${sealOf(tenant.tenantId, newest, deviceId, expiresAt).toString('base64url')}`
}

/** What a proof says about a device id. One HMAC in memory: a decision waits for nothing. Never throws on hostile input. */
export function checkDeviceProof(
  { tenantId, secretKeys }: ProvingTenant,
  deviceId: string | null | undefined,
  proof: string | null | undefined,
  at: number,
): ProofVerdict {
  if (!proof) return 'none'
  const [, expiry, seal] = form.exec(proof) ?? []
  if (expiry === undefined || seal === undefined) return 'malformed'
  if (!deviceId) return 'not_of_device'
  const expiresAt = Number(expiry)
  const given = Buffer.from(seal, 'base64url')
  // The last character has bits to spare: one proof has one text.
  if (given.toString('base64url') !== seal) return 'malformed'
  const isOfDevice = secretKeys.some((key) => timingSafeEqual(sealOf(tenantId, key, deviceId, expiresAt), given))
  if (!isOfDevice) return 'not_of_device'
  return at >= expiresAt * 1000 ? 'expired' : 'valid'
}

const keyObjects = new WeakMap<{ key: string }, KeyObject>()

function sealOf(tenantId: string, secret: { key: string }, deviceId: string, expiresAt: number): Buffer {
  let key = keyObjects.get(secret)
  if (key === undefined) {
    key = createSecretKey(Buffer.from(secret.key))
    keyObjects.set(secret, key)
  }
  // Not the text of a JWS nor of a nonce, so that no seal is ever taken for another.
  return createHmac('sha256', key).update(`sallyport device proof\n${tenantId}\n${expiresAt}\n${deviceId}`).digest()
}
