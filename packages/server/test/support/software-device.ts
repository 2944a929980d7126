import assert from 'node:assert/strict'
import { generateKeyPairSync, sign } from 'node:crypto'
import type { TestApp } from './test-app.ts'

/** A browser with a device key, as `getDeviceProof` of the browser SDK keeps one. For tests. */
export function createSoftwareDevice() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString('base64url')

  function signedNonce(tenantId: string, nonce: string) {
    const text = Buffer.from(`sallyport device key\n${tenantId}\n${nonce}`)
    return {
      publicKey: point,
      nonce,
      signature: sign('sha256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url'),
    }
  }

  return {
    signedNonce,
    /** Asks the server for a nonce and proves the key to it. */
    async prove({ app, tenant, asBrowser }: Pick<TestApp, 'app' | 'tenant' | 'asBrowser'>) {
      const post = async (url: string, payload: object) => {
        const reply = await app.inject({ method: 'POST', url: `/v1/client${url}`, headers: asBrowser, payload })
        assert.equal(reply.statusCode, 200, reply.body)
        return reply.json<Record<string, string>>()
      }
      const { nonce = '' } = await post('/devices/nonce', {})
      const { deviceId = '', deviceProof = '' } = await post('/devices', signedNonce(tenant.tenantId, nonce))
      return { deviceId, deviceProof }
    },
  }
}
