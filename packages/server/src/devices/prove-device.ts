import { isCurrentNonce, type ProvingTenant } from '../device-proofs/device-nonce.ts'
import { issueDeviceProof } from '../device-proofs/device-proof.ts'
import { verifyDeviceKey } from '../device-proofs/verify-device-key.ts'
import { ApiError } from '../errors/api-error.ts'

/** The id of the device that signed a fresh nonce, with a proof of it. */
export async function proveDevice(
  tenant: ProvingTenant,
  { publicKey, nonce, signature }: { publicKey: string; nonce: string; signature: string },
  at: number,
): Promise<{ deviceId: string; deviceProof: string }> {
  if (!isCurrentNonce(tenant, nonce, at))
    throw new ApiError('invalid_request', '`nonce` is none of this tenant, or has expired: get another')
  const deviceId = await verifyDeviceKey({ tenantId: tenant.tenantId, nonce, publicKey, signature })
  if (deviceId === undefined) throw new ApiError('invalid_credential', 'the nonce was not signed with this key')
  return { deviceId, deviceProof: issueDeviceProof(tenant, deviceId, at) }
}
