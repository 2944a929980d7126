import { z } from 'zod'
import { tenantOf } from '../callers/authenticate.ts'
import { issueNonce } from '../device-proofs/device-nonce.ts'
import { proofLifetimeMs } from '../device-proofs/device-proof.ts'
import type { Routes } from '../http/app-type.ts'
import { proveDevice } from './prove-device.ts'

const base64url = (bytes: number) => {
  const length = Math.ceil((bytes * 4) / 3)
  return z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${length}}$`), `is not ${bytes} bytes in base64url`)
}

const nonceReply = z.object({ nonce: z.string().meta({ description: 'To be signed within five minutes.' }) }).meta({ id: 'DeviceNonce' })

const proveBody = z.object({
  publicKey: base64url(65).meta({ description: 'A P-256 key: the uncompressed point in base64url.' }),
  nonce: z.string().max(64),
  signature: base64url(64).meta({
    description: 'ECDSA with SHA-256 over the lines `sallyport device key`, the id of the tenant and the nonce; IEEE P1363, in base64url.',
  }),
})

const proveReply = z
  .object({
    deviceId: z.string().meta({ description: '`dk_` and the SHA-256 of the public key: nobody without the key can prove this id.' }),
    deviceProof: z.string().meta({ description: 'To be tracked beside the device id.' }),
    expiresInSeconds: z.int(),
  })
  .meta({ id: 'ProvenDevice' })

/** Client API: a browser shows that it holds the key its device id is made of. */
export const clientDeviceRoutes: Routes<{ clock: () => number }> = (app, deps) => {
  const tags = ['client: devices']
  app.post(
    '/devices/nonce',
    { schema: { tags, summary: 'Get a nonce that a device signs', response: { 200: nonceReply } } },
    (request) => ({ nonce: issueNonce(tenantOf(request), deps.clock()) }),
  )
  app.post(
    '/devices',
    {
      schema: {
        tags,
        summary: 'Prove a device id',
        description: 'The answer names the device by its key, with a proof to track beside it. Nothing is stored.',
        body: proveBody,
        response: { 200: proveReply },
      },
    },
    async (request) => ({
      ...(await proveDevice(tenantOf(request), request.body, deps.clock())),
      expiresInSeconds: proofLifetimeMs / 1000,
    }),
  )
}
