import { unusableChallenge } from '../../challenges/refused-answer.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { type DecideRequestDeps, loadSignedRequest, type SignedRequest } from '../../device-keys/decide-request.ts'
import { changeRequest } from '../../device-keys/device-request.ts'
import { type ShownRequest, showRequest } from '../../device-keys/shown-request.ts'
import { qrCodeName } from './qr-code-name.ts'

/** Takes a QR code for the device that scanned it, and says what it asks for. Refuses one that another device has taken; the same one may ask again. */
export async function claimQrCode(deps: DecideRequestDeps, tenant: Tenant, signed: SignedRequest): Promise<ShownRequest> {
  const { device, request } = await loadSignedRequest(deps, tenant, qrCodeName, signed)
  const { userAuthenticatorId, userId } = device
  const { claimedBy } = request.details
  const shown = await showRequest(deps.store, tenant, userId, request)
  if (claimedBy === undefined) {
    const changed = { ...request.details, claimedBy: userAuthenticatorId }
    if (!(await changeRequest(deps.store.db, request, changed, { at: deps.clock() }))) throw unusableChallenge()
  } else if (claimedBy !== userAuthenticatorId) throw unusableChallenge()
  return shown
}
