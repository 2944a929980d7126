import assert from 'node:assert/strict'
import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { test } from 'node:test'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import { verifyAuthenticationResponse } from '@simplewebauthn/server'
import fc from 'fast-check'
import { createSoftwareAuthenticator, type KeyAlgorithm, type SoftwareAuthenticator } from '../../test/support/software-authenticator.ts'
import type { RefusalReason } from './ceremony-refusal.ts'
import { readClientData } from './check-client-data.ts'
import { type AuthenticationRequest, verifyAuthentication } from './verify-authentication.ts'

// Every step of the ceremony that we make ourselves is held to the library's: thousands of answers, each changed in up to three places and then signed again
// or not, are shown to both. What the library refuses is refused. What it takes is taken, unless for one of the reasons for which we are stricter.

const options = { challenge: randomBytes(32).toString('base64url'), rpId: 'bank.example' }
const userHandle = randomBytes(32).toString('base64url')
const origins = ['https://bank.example', 'https://app.bank.example']
const topOrigins = ['https://partner.example']

/** What the library leaves to the relying party, or takes in more than one spelling. */
const stricter: ReadonlySet<RefusalReason> = new Set([
  'credential_id_mismatch',
  'cross_origin',
  'client_data_malformed',
  'signature_malformed',
  'public_key_invalid',
])

/** An answer in its parts, to be changed. */
interface Draft {
  id: string
  rawId: string
  type: string
  clientData: Buffer
  authenticatorData: Buffer
  signature: Buffer
  publicKey: Buffer
  signedBy: KeyObject
}

type Change = (draft: Draft) => void

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const someBytes = fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes))

/** Bytes with a bit turned, a part cut out or put in. */
const damage = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(([at, bit]) => (bytes: Buffer) => {
    const copy = Buffer.from(bytes)
    const index = Math.floor(at * copy.length)
    if (copy.length > 0) copy[index] = (copy[index] ?? 0) ^ (1 << bit)
    return copy
  }),
  fc.tuple(place, fc.integer({ min: 1, max: 4 })).map(([at, count]) => (bytes: Buffer) => {
    const index = Math.floor(at * bytes.length)
    return Buffer.concat([bytes.subarray(0, index), bytes.subarray(index + count)])
  }),
  fc.tuple(place, someBytes).map(([at, more]) => (bytes: Buffer) => {
    const index = Math.floor(at * (bytes.length + 1))
    return Buffer.concat([bytes.subarray(0, index), more, bytes.subarray(index)])
  }),
)

// Without `tokenBinding`, which the library still judges and Level 3 ignores.
const member = fc.constantFrom('type', 'challenge', 'origin', 'crossOrigin', 'topOrigin', 'future', '__proto__')
const memberValue = fc.oneof(
  fc.constantFrom<unknown>('webauthn.get', 'webauthn.create', 'payment.get', options.challenge, `${options.challenge}=`, '', null, 0, 1),
  fc.constantFrom<unknown>(...origins, ...topOrigins, 'https://bank.example/', 'https://evil.example', true, false, [], {}),
  fc.constantFrom<unknown>(
    ['webauthn.get'],
    origins,
    { status: 'present' },
    { status: 'notSupported' },
    { status: 'not-supported' },
    'supported',
  ),
)
const clientDataChange: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(member, memberValue).map(
    ([name, value]): Change =>
      (draft) => {
        draft.clientData = changeJson(draft.clientData, (members) =>
          Object.defineProperty(members, name, { value, enumerable: true, configurable: true }),
        )
      },
  ),
  member.map(
    (name): Change =>
      (draft) => {
        draft.clientData = changeJson(draft.clientData, (members) => Reflect.deleteProperty(members, name))
      },
  ),
  damage.map(
    (change): Change =>
      (draft) => {
        draft.clientData = change(draft.clientData)
      },
  ),
  fc.constantFrom('[]', 'null', '""', '{}', '{"type":"webauthn.get"}').map(
    (text): Change =>
      (draft) => {
        draft.clientData = Buffer.from(text)
      },
  ),
  fc.constantFrom('\u{feff}', ' ', '\n').map(
    (prefix): Change =>
      (draft) => {
        draft.clientData = Buffer.concat([Buffer.from(prefix), draft.clientData])
      },
  ),
)

const cbor = fc.constantFrom<Buffer>(
  Buffer.from(encodeCBOR(new Map([['uvm', [1, 2]]]))),
  Buffer.from(encodeCBOR(new Map([['deep', new Map([['er', true]])]]))),
  Buffer.from('a0', 'hex'),
  Buffer.from('80', 'hex'),
  Buffer.from('01', 'hex'),
  Buffer.from('a1', 'hex'),
  Buffer.from('ff', 'hex'),
  Buffer.from(`${'81'.repeat(40)}00`, 'hex'),
)
const attested = Buffer.concat([Buffer.alloc(16), Buffer.from('0004', 'hex'), Buffer.alloc(4), Buffer.from('a0', 'hex')])
const authenticatorDataChange: fc.Arbitrary<Change> = fc.oneof(
  fc.nat(255).map(
    (flags): Change =>
      (draft) => {
        draft.authenticatorData = withFlags(draft.authenticatorData, () => flags)
      },
  ),
  cbor.map(
    (extensions): Change =>
      (draft) => {
        draft.authenticatorData = Buffer.concat([withFlags(draft.authenticatorData, (flags) => flags | 0x80), extensions])
      },
  ),
  cbor.map(
    (more): Change =>
      (draft) => {
        draft.authenticatorData = Buffer.concat([draft.authenticatorData, more])
      },
  ),
  fc.boolean().map(
    (isWhole): Change =>
      (draft) => {
        const data = isWhole ? attested : attested.subarray(0, 20)
        draft.authenticatorData = Buffer.concat([withFlags(draft.authenticatorData, (flags) => flags | 0x40), data])
      },
  ),
  damage.map(
    (change): Change =>
      (draft) => {
        draft.authenticatorData = change(draft.authenticatorData)
      },
  ),
  fc.constantFrom('evil.example', 'bank.example', '').map(
    (rpId): Change =>
      (draft) => {
        draft.authenticatorData = Buffer.concat([createHash('sha256').update(rpId).digest(), draft.authenticatorData.subarray(32)])
      },
  ),
)

const strangers = (['ES256', 'EdDSA', 'RS256'] as const).map((algorithm) => createSoftwareAuthenticator({ algorithm }))
const stranger = fc.constantFrom(...strangers)
const keyChange: fc.Arbitrary<Change> = fc.oneof(
  stranger.map(
    ({ privateKey }): Change =>
      (draft) => {
        draft.signedBy = privateKey
      },
  ),
  stranger.map(
    ({ coseKey }): Change =>
      (draft) => {
        draft.publicKey = coseBytes(coseKey)
      },
  ),
  stranger.map(
    ({ coseKey, privateKey }): Change =>
      (draft) => {
        draft.publicKey = coseBytes(coseKey)
        draft.signedBy = privateKey
      },
  ),
  damage.map(
    (change): Change =>
      (draft) => {
        draft.publicKey = change(draft.publicKey)
      },
  ),
)
const idChange: fc.Arbitrary<Change> = fc.constantFrom<Change>(
  (draft) => {
    draft.rawId = 'AAAA'
  },
  (draft) => {
    draft.id = ''
    draft.rawId = ''
  },
  (draft) => {
    draft.type = 'password'
  },
)
/** What is changed before it is signed, and what afterwards. */
const signedChange = fc.oneof(
  { weight: 4, arbitrary: clientDataChange },
  { weight: 4, arbitrary: authenticatorDataChange },
  { weight: 1, arbitrary: keyChange },
)
const unsignedChange = fc.oneof(
  { weight: 2, arbitrary: clientDataChange },
  { weight: 2, arbitrary: authenticatorDataChange },
  {
    weight: 3,
    arbitrary: damage.map(
      (change): Change =>
        (draft) => {
          draft.signature = change(draft.signature)
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 300 }).map(
      (bytes): Change =>
        (draft) => {
          draft.signature = Buffer.from(bytes)
        },
    ),
  },
  { weight: 1, arbitrary: idChange },
)
const scene = fc.record({
  signed: fc.array(signedChange, { maxLength: 2 }),
  unsigned: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(unsignedChange, { minLength: 1, maxLength: 1 }) },
  ),
  requireUserVerification: fc.boolean(),
})

const runs: Record<KeyAlgorithm, number> = { ES256: 3000, EdDSA: 1000, RS256: 500 }
for (const [algorithm, numRuns] of Object.entries(runs) as [KeyAlgorithm, number][]) {
  test(`WA-03 to WA-11, WA-18: of ${numRuns} changed ${algorithm} answers we judge each as the library does, or stricter`, async () => {
    const authenticator = createSoftwareAuthenticator({ algorithm, backupEligible: true, backupState: true })
    const seen = { both: 0, neither: 0, stricter: 0 }
    await fc.assert(
      fc.asyncProperty(scene, async ({ signed, unsigned, requireUserVerification }) => {
        const draft = toDraft(authenticator)
        for (const change of signed) change(draft)
        draft.signature = signatureOf(draft)
        for (const change of unsigned) change(draft)
        const request = toRequest(draft, authenticator, requireUserVerification)
        const ours = await verifyAuthentication(request)
        const theirs = await isVerifiedByLibrary(request)
        if (ours.verified) assert.equal(theirs, true, 'we verified what the library refuses')
        else if (theirs) assert.ok(stricter.has(ours.reason), `the library verified what we refuse as ${ours.reason}`)
        seen[ours.verified ? 'both' : theirs ? 'stricter' : 'neither'] += 1
      }),
      { numRuns },
    )
    // The changes are neither all harmless nor all fatal.
    assert.ok(seen.both > numRuns / 20 && seen.neither > numRuns / 4, JSON.stringify(seen))
  })
}

function toDraft(authenticator: SoftwareAuthenticator): Draft {
  const { id, rawId, type, response } = authenticator.get(options, { userHandle, origin: 'https://bank.example' })
  const { clientDataJSON, authenticatorData } = response
  return {
    id,
    rawId,
    type,
    clientData: Buffer.from(clientDataJSON, 'base64url'),
    authenticatorData: Buffer.from(authenticatorData, 'base64url'),
    signature: Buffer.alloc(0),
    publicKey: coseBytes(authenticator.coseKey),
    signedBy: authenticator.privateKey,
  }
}

function signatureOf({ authenticatorData, clientData, signedBy }: Draft): Buffer {
  const data = Buffer.concat([authenticatorData, createHash('sha256').update(clientData).digest()])
  return sign(signedBy.asymmetricKeyType === 'ed25519' ? null : 'sha256', data, signedBy)
}

function toRequest(draft: Draft, { credentialId }: SoftwareAuthenticator, requireUserVerification: boolean): AuthenticationRequest {
  const { id, rawId, type, clientData, authenticatorData, signature, publicKey } = draft
  const clientDataJSON = clientData.toString('base64url')
  return {
    credential: {
      id,
      rawId,
      type,
      authenticatorAttachment: null,
      response: {
        clientDataJSON,
        authenticatorData: authenticatorData.toString('base64url'),
        signature: signature.toString('base64url'),
        userHandle,
      },
    },
    clientData: readClientData(clientDataJSON),
    stored: { credentialId, publicKey: publicKey.toString('base64url'), signCount: 0, backupEligible: null, userHandle },
    challenge: options.challenge,
    rpId: options.rpId,
    origins,
    topOrigins,
    requireUserVerification,
    allowedCredentials: null,
    requireUserHandle: true,
  }
}

async function isVerifiedByLibrary(request: AuthenticationRequest): Promise<boolean> {
  const { credential, stored } = request
  const { clientDataJSON, authenticatorData, signature } = credential.response
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: {
        id: credential.id,
        rawId: credential.rawId,
        type: credential.type as 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: request.challenge,
      expectedOrigin: [...request.origins],
      expectedTopOrigin: [...request.topOrigins],
      expectedRPID: request.rpId,
      requireUserVerification: request.requireUserVerification,
      credential: { id: credential.id, publicKey: Uint8Array.from(Buffer.from(stored.publicKey, 'base64url')), counter: 0 },
    })
    return verified
  } catch {
    return false
  }
}

function coseBytes(coseKey: SoftwareAuthenticator['coseKey']): Buffer {
  return Buffer.from(encodeCBOR(coseKey))
}

function withFlags(authenticatorData: Buffer, change: (flags: number) => number): Buffer {
  const copy = Buffer.from(authenticatorData)
  if (copy.length > 32) copy.writeUInt8(change(copy.readUInt8(32)) & 0xff, 32)
  return copy
}

/** Client data that is no JSON any more stays as it is. */
function changeJson(clientData: Buffer, change: (members: object) => unknown): Buffer {
  try {
    const members: unknown = JSON.parse(clientData.toString())
    if (typeof members !== 'object' || members === null) return clientData
    change(members)
    return Buffer.from(JSON.stringify(members))
  } catch {
    return clientData
  }
}
