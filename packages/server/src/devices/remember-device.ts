import { isSignedDeviceId, lastChallengeOnDevice } from '@sallyport/engine'
import type { Selectable } from 'kysely'
import type { Actor } from '../audit/actor.ts'
import type { ProvingTenant } from '../device-proofs/device-nonce.ts'
import { checkDeviceProof, type ProofVerdict } from '../device-proofs/device-proof.ts'
import { ApiError } from '../errors/api-error.ts'
import type { DeviceTable } from '../storage/schema.ts'
import { type UpdateDeviceDeps, updateDevice } from './update-device.ts'

const dayMs = 86_400_000
/** How long after a passed challenge its device can be remembered. */
const freshMs = 15 * 60_000

const refusals: Readonly<Record<Exclude<ProofVerdict, 'valid'>, string>> = {
  none: '`deviceProof` is needed to remember a device',
  expired: '`deviceProof` has expired',
  not_of_device: '`deviceProof` is not of this `deviceId` and tenant',
  malformed: '`deviceProof` is not what the browser SDK answered',
}

/**
 * Remembers the device on which the user has just passed a challenge, for some days.
 *
 * Only a device with a key, which it has shown for the challenged action and shows again now: an id that somebody copied, or planted in the
 * browser of the user, cannot be remembered.
 */
export async function rememberDevice(
  deps: UpdateDeviceDeps,
  tenant: ProvingTenant,
  userId: string,
  { deviceId, deviceProof, days }: { deviceId: string; deviceProof: string; days: number },
  actor: Actor,
): Promise<Selectable<DeviceTable>> {
  const at = deps.clock()
  if (!isSignedDeviceId(deviceId)) throw new ApiError('invalid_request', 'only a device with a signed id can be remembered')
  const verdict = checkDeviceProof(tenant, deviceId, deviceProof, at)
  if (verdict !== 'valid') throw new ApiError('invalid_request', refusals[verdict])
  const { entities } = await deps.store.loadSnapshot(tenant.tenantId, userId, [{ kind: 'user', key: userId }])
  const passedAt = lastChallengeOnDevice(entities.user, deviceId, at)
  if (passedAt === undefined || at - passedAt > freshMs + 60_000) {
    throw new ApiError('invalid_request', 'the user passed no challenge with this device and its proof in the last 15 minutes')
  }
  return updateDevice(deps, tenant.tenantId, userId, deviceId, { kind: 'remember', until: at + days * dayMs, isFresh: true }, actor)
}
