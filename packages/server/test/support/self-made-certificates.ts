import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** A chain of two X.509 certificates that nobody else vouches for, of the form that packed attestation asks for. For tests. */
export interface SelfMadeChain {
  /** DER, the leaf first, then the root that signed it. */
  certificates: Uint8Array[]
  leafKey: KeyObject
}

export function createSelfMadeChain(leafName = 'Forged Authenticator'): SelfMadeChain {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rootName = nameOf('Forged Root')
  const certificates = [
    certificate({ issuer: rootName, subject: nameOf(leafName), key: leaf.publicKey, isAuthority: false }, root.privateKey),
    certificate({ issuer: rootName, subject: rootName, key: root.publicKey, isAuthority: true }, root.privateKey),
  ]
  return { certificates, leafKey: leaf.privateKey }
}

/** The certificate of an https server on this machine, with the authority that vouches for it. PEM. For tests. */
export interface ServerCertificate {
  ca: string
  cert: string
  key: string
}

export function createServerCertificate(): ServerCertificate {
  const root = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const leaf = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rootName = nameOf('Own Authority')
  const ca = certificate({ issuer: rootName, subject: rootName, key: root.publicKey, isAuthority: true }, root.privateKey)
  const subject = nameOf('localhost')
  const cert = certificate({ issuer: rootName, subject, key: leaf.publicKey, isAuthority: false, host: 'localhost' }, root.privateKey)
  return { ca: toPem(ca), cert: toPem(cert), key: leaf.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString() }
}

function toPem(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

interface Claims {
  issuer: Buffer
  subject: Buffer
  key: KeyObject
  isAuthority: boolean
  /** The name of the server that it is for. */
  host?: string
}

/** RFC 5280, "Basic Certificate Fields", version 3. */
function certificate({ issuer, subject, key, isAuthority, host }: Claims, signer: KeyObject): Uint8Array {
  const validity = sequence(utcTime('200101000000Z'), utcTime('491231235959Z'))
  const constraints = sequence(oid(0x55, 0x1d, 0x13), der(0x04, isAuthority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence()))
  const names = host === undefined ? [] : [sequence(oid(0x55, 0x1d, 0x11), der(0x04, sequence(der(0x82, Buffer.from(host)))))]
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([isAuthority ? 1 : 2])),
    ecdsaWithSha256,
    issuer,
    validity,
    subject,
    key.export({ format: 'der', type: 'spki' }),
    der(0xa3, sequence(constraints, ...names)),
  )
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, signer)]))
  return new Uint8Array(sequence(body, ecdsaWithSha256, signature))
}

function nameOf(commonName: string): Buffer {
  const parts = [
    [0x06, 'SE'],
    [0x0a, 'Forgery'],
    [0x0b, 'Authenticator Attestation'],
    [0x03, commonName],
  ] as const
  return sequence(...parts.map(([type, text]) => der(0x31, sequence(oid(0x55, 0x04, type), der(0x0c, Buffer.from(text))))))
}

const ecdsaWithSha256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text))
}

function oid(...bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes))
}

function sequence(...items: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(items))
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
