import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { encodeCBOR } from '@levischuck/tiny-cbor'

/** Test support: an authenticator and its browser in software, with every field open to tampering. Never imported by the server. */
export interface SoftwareAuthenticator {
  credentialId: string
  privateKey: KeyObject
  coseKey: Map<number, number | Uint8Array>
  /** Answers registration options. */
  create(options: CreationOptions, tamper?: RegistrationTampering): RegistrationJson
  /** Answers authentication options, counting up when it counts at all. */
  get(options: RequestOptions, tamper?: AssertionTampering): AuthenticationJson
}

export type KeyAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

export interface AuthenticatorTraits {
  algorithm?: KeyAlgorithm
  origin?: string
  /** `undefined`: does not count, always 0. */
  signCount?: number
  backupEligible?: boolean
  backupState?: boolean
  userVerified?: boolean
  aaguid?: Buffer
  /** Default: 32 random bytes. */
  credentialId?: Buffer
  rsaBits?: number
}

export interface CreationOptions {
  challenge: string
  rp: { id?: string }
  user: { id: string }
}

export interface RequestOptions {
  challenge: string
  rpId?: string
}

export interface CommonTampering {
  /** Merged into the client data. */
  clientData?: Record<string, unknown>
  /** Instead of the JSON of the client data. */
  clientDataBytes?: (json: Buffer) => Buffer
  origin?: string
  rpId?: string
  flags?: (flags: number) => number
  signCount?: number
  /** The bytes after the flags and the counter are appended to. */
  extensions?: Map<string, unknown>
  id?: string
  rawId?: string
  type?: string
}

export interface RegistrationTampering extends CommonTampering {
  attestation?: 'none' | 'packed-self'
  /** Packed attestation by these certificates, the leaf first. */
  certified?: { certificates: Uint8Array[]; leafKey: KeyObject }
  coseKey?: Map<number, unknown>
  /** Instead of the CBOR of the key. */
  coseKeyBytes?: Buffer
  /** The id inside the authenticator data. */
  attestedId?: Buffer
  statement?: (statement: Map<string, unknown>) => unknown
  object?: (object: Map<string, unknown>) => unknown
  objectBytes?: (bytes: Buffer) => Buffer
  transports?: string[]
}

export interface AssertionTampering extends CommonTampering {
  signature?: (signature: Buffer) => Buffer
  signedBy?: KeyObject
  /** `null`: not sent. */
  userHandle?: string | null
}

export interface RegistrationJson {
  id: string
  rawId: string
  type: string
  authenticatorAttachment: string
  clientExtensionResults: Record<string, unknown>
  response: { clientDataJSON: string; attestationObject: string; transports: string[] }
}

export interface AuthenticationJson {
  id: string
  rawId: string
  type: string
  authenticatorAttachment: string
  clientExtensionResults: Record<string, unknown>
  response: { clientDataJSON: string; authenticatorData: string; signature: string; userHandle?: string }
}

type CborValue = Parameters<typeof encodeCBOR>[0]

const flag = { userPresent: 0x01, userVerified: 0x04, backupEligible: 0x08, backupState: 0x10, attested: 0x40, extensions: 0x80 }

export function createSoftwareAuthenticator(traits: AuthenticatorTraits = {}): SoftwareAuthenticator {
  const { algorithm = 'ES256', origin = 'https://bank.example', aaguid = Buffer.alloc(16), userVerified = true } = traits
  const { privateKey, publicKey } = generateKeys(algorithm, traits.rsaBits ?? 2048)
  const coseKey = toCoseKey(publicKey, algorithm)
  const rawId = traits.credentialId ?? randomBytes(32)
  const credentialId = rawId.toString('base64url')
  let userHandle: string | undefined
  let signCount = traits.signCount ?? 0

  const baseFlags =
    flag.userPresent |
    (userVerified ? flag.userVerified : 0) |
    (traits.backupEligible === true ? flag.backupEligible : 0) |
    (traits.backupState === true ? flag.backupState : 0)

  function clientDataOf(type: string, challenge: string, tamper: CommonTampering): Buffer {
    const value = { type, challenge, origin: tamper.origin ?? origin, crossOrigin: false, ...tamper.clientData }
    const json = Buffer.from(JSON.stringify(value))
    return tamper.clientDataBytes?.(json) ?? json
  }

  function headOf(rpId: string, flags: number, tamper: CommonTampering): Buffer {
    const head = Buffer.alloc(37)
    createHash('sha256')
      .update(tamper.rpId ?? rpId)
      .digest()
      .copy(head)
    const withExtensions = flags | (tamper.extensions === undefined ? 0 : flag.extensions)
    head.writeUInt8((tamper.flags?.(withExtensions) ?? withExtensions) & 0xff, 32)
    head.writeUInt32BE(tamper.signCount ?? signCount, 33)
    return head
  }

  return {
    credentialId,
    privateKey,
    coseKey,

    create(options, tamper = {}) {
      userHandle = options.user.id
      const clientData = clientDataOf('webauthn.create', options.challenge, tamper)
      const attestedId = tamper.attestedId ?? rawId
      const idLength = Buffer.alloc(2)
      idLength.writeUInt16BE(attestedId.length)
      const authData = Buffer.concat([
        headOf(options.rp.id ?? '', baseFlags | flag.attested, tamper),
        aaguid,
        idLength,
        attestedId,
        tamper.coseKeyBytes ?? encode(tamper.coseKey ?? coseKey),
        extensionBytes(tamper),
      ])
      const toBeSigned = Buffer.concat([authData, sha256(clientData)])
      const { certified } = tamper
      const isPacked = certified !== undefined || tamper.attestation === 'packed-self'
      const statement = new Map<string, unknown>()
      if (isPacked) {
        statement.set('alg', certified === undefined ? coseKey.get(3) : -7)
        statement.set('sig', signBytes(toBeSigned, certified?.leafKey ?? privateKey))
        if (certified !== undefined) statement.set('x5c', certified.certificates)
      }
      const object = new Map<string, unknown>([
        ['fmt', isPacked ? 'packed' : 'none'],
        ['attStmt', tamper.statement === undefined ? statement : tamper.statement(statement)],
        ['authData', new Uint8Array(authData)],
      ])
      const bytes = encode(tamper.object === undefined ? object : tamper.object(object))
      return {
        id: tamper.id ?? credentialId,
        rawId: tamper.rawId ?? tamper.id ?? credentialId,
        type: tamper.type ?? 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: { credProps: { rk: true } },
        response: {
          clientDataJSON: clientData.toString('base64url'),
          attestationObject: (tamper.objectBytes?.(bytes) ?? bytes).toString('base64url'),
          transports: tamper.transports ?? ['internal', 'hybrid'],
        },
      }
    },

    get(options, tamper = {}) {
      if (traits.signCount !== undefined) signCount += 1
      const clientData = clientDataOf('webauthn.get', options.challenge, tamper)
      const authData = Buffer.concat([headOf(options.rpId ?? '', baseFlags, tamper), extensionBytes(tamper)])
      const signature = signBytes(Buffer.concat([authData, sha256(clientData)]), tamper.signedBy ?? privateKey)
      const handle = tamper.userHandle === undefined ? userHandle : (tamper.userHandle ?? undefined)
      return {
        id: tamper.id ?? credentialId,
        rawId: tamper.rawId ?? tamper.id ?? credentialId,
        type: tamper.type ?? 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: (tamper.signature?.(signature) ?? signature).toString('base64url'),
          ...(handle === undefined ? {} : { userHandle: handle }),
        },
      }
    },
  }
}

/** The COSE form of a public key, for keys that tests make themselves. */
export function toCoseKey(publicKey: KeyObject, algorithm: KeyAlgorithm): Map<number, number | Uint8Array> {
  const jwk = publicKey.export({ format: 'jwk' })
  const part = (name: 'x' | 'y' | 'n' | 'e') => new Uint8Array(Buffer.from(jwk[name] ?? '', 'base64url'))
  if (algorithm === 'ES256') {
    return new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, part('x')],
      [-3, part('y')],
    ])
  }
  if (algorithm === 'EdDSA') {
    return new Map<number, number | Uint8Array>([
      [1, 1],
      [3, -8],
      [-1, 6],
      [-2, part('x')],
    ])
  }
  return new Map<number, number | Uint8Array>([
    [1, 3],
    [3, -257],
    [-1, part('n')],
    [-2, part('e')],
  ])
}

function generateKeys(algorithm: KeyAlgorithm, rsaBits: number): { privateKey: KeyObject; publicKey: KeyObject } {
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('rsa', { modulusLength: rsaBits })
}

function signBytes(data: Buffer, key: KeyObject): Buffer {
  return sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, key)
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}

function extensionBytes(tamper: CommonTampering): Buffer {
  return tamper.extensions === undefined ? Buffer.alloc(0) : encode(tamper.extensions)
}

function encode(value: unknown): Buffer {
  return Buffer.from(encodeCBOR(normalise(value)))
}

/** The encoder takes plain `Uint8Array`s only. */
function normalise(value: unknown): CborValue {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (Array.isArray(value)) return value.map(normalise)
  if (value instanceof Map) return new Map([...value].map(([key, item]) => [key as string | number, normalise(item)]))
  return value as CborValue
}
