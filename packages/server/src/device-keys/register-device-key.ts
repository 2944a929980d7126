import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import { enrolmentRulesIn } from '../authenticators/enrolment-settings.ts'
import { type BindAtOnceDeps, bindAtOnce } from '../challenges/bind-at-once.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { type DeviceKeyMethod, loadDeviceKeySettings } from './device-key-method.ts'
import type { DeviceKeyDetails } from './find-device-key.ts'
import { readPublicKey } from './read-public-key.ts'

export interface RegisterDeviceKeyInput {
  publicKey: string
  deviceName: string | undefined
  devicePlatform: 'IOS' | 'ANDROID' | 'WEB' | undefined
  ipAddress: string
  userAgent: string | undefined
}

/**
 * Binds the public key of a device to the user of the token, as `bindAtOnce` does. The wire has no proof of the private key here: the key proves itself with its
 * first signature, and until then it has passed nothing (EN-05).
 */
export function registerDeviceKey(
  deps: BindAtOnceDeps,
  tenant: Tenant,
  token: TokenClaims,
  method: DeviceKeyMethod,
  { publicKey, deviceName, devicePlatform, ipAddress, userAgent }: RegisterDeviceKeyInput,
): Promise<AuthenticatorRow> {
  const settings = loadDeviceKeySettings(tenant, method)
  const read = readPublicKey(publicKey)
  if (read === undefined) throw new ApiError('invalid_request', '`publicKey` is not a public key on the curve P-256, as SPKI in base64')
  const details: DeviceKeyDetails = {
    displayName: deviceName,
    devicePlatform,
    expiresAt: expiryOf(settings.credentialLifetimeInMinutes, deps.clock()),
  }
  const columns = { credential_id: read.credentialId, public_key: read.spki, details }
  const rules = enrolmentRulesIn(settings)
  return bindAtOnce(deps, tenant, token, { method, rules, columns, name: deviceName, ipAddress, userAgent })
}

/** Until when a key can be used that is registered or renewed now, milliseconds UTC. `undefined`: without end. */
export function expiryOf(lifetimeInMinutes: number | undefined, at: number): number | undefined {
  return lifetimeInMinutes === undefined ? undefined : at + lifetimeInMinutes * 60_000
}
