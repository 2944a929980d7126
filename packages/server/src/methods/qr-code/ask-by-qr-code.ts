import { beginChallenge, wrongMethod } from '../../challenges/open-instance.ts'
import { refuseUntracked } from '../../challenges/refuse-untracked.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { loadDeviceKeySettings } from '../../device-keys/device-key-method.ts'
import { createDeviceCode, insertRequest } from '../../device-keys/device-request.ts'
import { listDeviceKeys } from '../../device-keys/find-device-key.ts'
import { ApiError } from '../../errors/api-error.ts'
import { toIso } from '../../http/iso-time.ts'
import type { Store } from '../../storage/store.ts'
import type { TokenClaims } from '../../tokens/challenge-token.ts'
import { qrCodeName } from './qr-code-name.ts'

export interface AskByQrCodeDeps {
  store: Store
  clock: () => number
  /** Forgets challenges that were answered long ago. */
  purge: () => Promise<void>
}

export interface AskedQrCode {
  challengeId: string
  expiresAt: string
  /** Only whoever has it collects what is decided. It is not in the QR code. */
  deviceCode: string
}

/** The official page makes a new code after nine minutes. */
const lifetimeMs = 10 * 60 * 1000
const maxCustomLength = 4096

/**
 * Makes a challenge for a page to show as a QR code. With a token, for its user and instance. Without, for whoever scans it: that user signs in for the action,
 * where the action takes a sign-in that was not tracked.
 */
export async function askByQrCode(
  deps: AskByQrCodeDeps,
  tenant: Tenant,
  token: TokenClaims | undefined,
  asked: { action: string; custom: Record<string, unknown> | undefined; ipAddress: string; userAgent: string | undefined },
): Promise<AskedQrCode> {
  const { tenantId } = tenant
  const { db } = deps.store
  loadDeviceKeySettings(tenant, qrCodeName)
  if (token === undefined) refuseUnfit(tenant, asked.action)
  else await refuseUnfitToken(deps, tenant, token, asked.action)
  if (JSON.stringify(asked.custom ?? {}).length > maxCustomLength) throw new ApiError('invalid_request', '`custom` is too long')
  await deps.purge()
  const { code, digest } = createDeviceCode()
  const { ipAddress, userAgent, custom } = asked
  // Of a tracked instance, what was tracked is shown.
  const details = { deviceCode: digest, ipAddress, userAgent, ...(token === undefined && { custom }) }
  const request = { method: qrCodeName, tenantId, token, actionCode: asked.action, lifetimeMs, details }
  const row = await insertRequest(db, request, deps.clock())
  return { challengeId: row.challenge_id, expiresAt: toIso(row.expires_at), deviceCode: code }
}

function refuseUnfit(tenant: Tenant, action: string): void {
  refuseUntracked(tenant, action)
  const methods = tenant.actions.get(action)?.definition.verificationMethods ?? []
  if (methods.length > 0 && !methods.includes(qrCodeName.name)) throw wrongMethod(qrCodeName)
}

async function refuseUnfitToken(deps: AskByQrCodeDeps, tenant: Tenant, token: TokenClaims, action: string): Promise<void> {
  if (action !== token.actionCode) throw new ApiError('invalid_request', 'the token is for another action than `action`')
  await beginChallenge(deps, tenant, token, qrCodeName)
  const devices = await listDeviceKeys(deps.store.db, token.tenantId, token.userId, qrCodeName, deps.clock())
  if (devices.length === 0) throw new ApiError('not_enrolled', 'the user has no QR code device')
}
