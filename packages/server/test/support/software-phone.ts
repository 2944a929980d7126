import { generateKeyPairSync, sign } from 'node:crypto'

/** Test support: a phone with a key, which signs as the mobile SDKs do. */
export interface SoftwarePhone {
  /** SPKI DER, base64. */
  publicKey: string
  /** As the SDKs put it in a query. */
  queriedKey: string
  /** The uncompressed point alone, base64. */
  point: string
  sign(message: string): string
  /** Of now, as Android prints it. */
  signRemoval(at: number): string
}

export function createSoftwarePhone(): SoftwarePhone {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ format: 'der', type: 'spki' })
  const text = spki.toString('base64')
  const signText = (message: string) => sign('sha256', Buffer.from(message), privateKey).toString('base64')
  return {
    publicKey: text,
    queriedKey: encodeURIComponent(Buffer.from(text).toString('base64')),
    point: spki.subarray(-65).toString('base64'),
    sign: signText,
    signRemoval: (at) => signText(`${Math.floor(at / 600_000)}.0`),
  }
}
