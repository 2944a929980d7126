import { z } from 'zod'
import { userActor } from '../audit/actor.ts'
import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import { type RemoveAuthenticatorDeps, removeAuthenticator } from '../authenticators/remove-authenticator.ts'
import { tenantOf, tokenOf } from '../callers/authenticate.ts'
import type { BindAtOnceDeps } from '../challenges/bind-at-once.ts'
import { notAccepted } from '../challenges/refused-answer.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { storableText } from '../http/identifier.ts'
import { toIso } from '../http/iso-time.ts'
import { unsupported } from '../http/unsupported.ts'
import { type DeviceKeyMethod, loadDeviceKeySettings } from './device-key-method.ts'
import { type DeviceKey, type DeviceKeyDetails, findDeviceKey } from './find-device-key.ts'
import { type DevicePublicKey, readPublicKey, readQueriedKey } from './read-public-key.ts'
import { registerDeviceKey } from './register-device-key.ts'
import { isSignedByDevice, removalMessages } from './verify-device-signature.ts'

export const publicKey = z.string().max(512).meta({ description: 'EC P-256, SPKI DER in base64.' })
export const signature = z.string().max(256).meta({ description: 'ES256: DER in base64.' })
export const keyQuery = z.object({ publicKey: z.string().max(1024).meta({ description: 'The base64 of the base64 of the public key.' }) })

const registerBody = z.object({
  publicKey,
  deviceName: storableText(256).nullish(),
  devicePlatform: z
    .string()
    .max(16)
    .nullish()
    .transform((platform) => platforms.find((known) => known === platform?.toUpperCase())),
  pushToken: z
    .string()
    .max(4096)
    .nullish()
    .meta({ description: 'Not kept: this server calls your webhook, which knows the devices of your users.' }),
  ...unsupported('performAttestation', 'appAttestation'),
})
const platforms = ['IOS', 'ANDROID', 'WEB'] as const

export const credentialReply = z
  .object({
    userAuthenticatorId: z.string(),
    userId: z.string(),
    verifiedAt: z.string().optional(),
    lastVerifiedAt: z.string().optional(),
    expiresAt: z.string().optional(),
  })
  .meta({ id: 'DeviceCredential' })
const removeBody = z.object({ publicKey, signature })
const success = z.object({ success: z.literal(true) })

export type DeviceKeyRouteDeps = BindAtOnceDeps & RemoveAuthenticatorDeps

/** Client API: the credential of a device by one method: registered, looked up, removed. */
export function deviceKeyRoutes(method: DeviceKeyMethod): Routes<DeviceKeyRouteDeps> {
  return (app, deps) => {
    const path = `/user-authenticators/${method.path}`
    const tags = [`client: ${method.plural}`]

    app.post(
      path,
      { schema: { tags, summary: `Register a ${method.noun}`, body: registerBody, response: { 200: credentialReply } } },
      async (request) => {
        const { tenant, token } = tokenOf(request)
        const { publicKey, deviceName, devicePlatform } = request.body
        const userAgent = request.headers['user-agent']
        const input = { publicKey, deviceName: deviceName || undefined, devicePlatform, ipAddress: request.ip, userAgent }
        return toCredential(await registerDeviceKey(deps, tenant, token, method, input))
      },
    )
    app.get(
      path,
      { schema: { tags, summary: `Look up a ${method.noun}`, querystring: keyQuery, response: { 200: credentialReply } } },
      async (request) => toCredential((await loadQueriedKey(deps, tenantOf(request), method, request.query.publicKey)).row),
    )
    app.post(
      `${path}/remove`,
      {
        schema: {
          tags,
          summary: `Remove a ${method.noun}`,
          description: 'The device signs the number of ten minutes since 1970.',
          body: removeBody,
          response: { 200: success },
        },
      },
      async (request) => {
        const tenant = tenantOf(request)
        const found = await loadDeviceKey(deps, tenant, method, readPublicKey(request.body.publicKey))
        if (!removalMessages(deps.clock()).some((message) => isSignedByDevice(found.key, message, request.body.signature))) {
          throw new ApiError('invalid_credential', notAccepted(method))
        }
        const { userId, userAuthenticatorId } = found
        await removeAuthenticator(deps, tenant, userId, userAuthenticatorId, userActor(userId, request.ip))
        return { success: true as const }
      },
    )
  }
}

/** The key that a query names. Refuses one that is not in force, and a method that the tenant has not enabled. */
export function loadQueriedKey(
  deps: Pick<DeviceKeyRouteDeps, 'store' | 'clock'>,
  tenant: Tenant,
  method: DeviceKeyMethod,
  queried: string,
): Promise<DeviceKey> {
  return loadDeviceKey(deps, tenant, method, readQueriedKey(queried))
}

export async function loadDeviceKey(
  { store, clock }: Pick<DeviceKeyRouteDeps, 'store' | 'clock'>,
  tenant: Tenant,
  method: DeviceKeyMethod,
  read: DevicePublicKey | undefined,
): Promise<DeviceKey> {
  loadDeviceKeySettings(tenant, method)
  const found = read && (await findDeviceKey(store.db, tenant.tenantId, method, read, clock()))
  if (found === undefined) throw new ApiError('unknown_credential', `the ${method.noun} is not registered`)
  return found
}

export function toCredential(row: AuthenticatorRow): z.infer<typeof credentialReply> {
  const { expiresAt }: DeviceKeyDetails = JSON.parse(row.details)
  return {
    userAuthenticatorId: row.user_authenticator_id,
    userId: row.user_id,
    verifiedAt: toIso(row.verified_at),
    lastVerifiedAt: toIso(row.last_verified_at),
    expiresAt: toIso(expiresAt ?? null),
  }
}
