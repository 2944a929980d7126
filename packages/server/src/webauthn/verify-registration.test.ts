import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSelfMadeChain } from '../../test/support/self-made-certificates.ts'
import {
  type AuthenticatorTraits,
  createSoftwareAuthenticator,
  type RegistrationTampering,
  type SoftwareAuthenticator,
  toCoseKey,
} from '../../test/support/software-authenticator.ts'
import { registrationCredentialSchema } from './credential-schema.ts'
import { offeredAlgorithms } from './import-public-key.ts'
import { type RegistrationRequest, verifyRegistration } from './verify-registration.ts'
import { verifyRegistrationByLibrary } from './webauthn-library.ts'

const options = { challenge: randomBytes(32).toString('base64url'), rp: { id: 'bank.example' }, user: { id: 'dXNlcg' } }

interface Scene extends AuthenticatorTraits {
  tamper?: RegistrationTampering
  expect?: Partial<RegistrationRequest>
  authenticator?: SoftwareAuthenticator
}

async function register({ tamper, expect, authenticator, ...traits }: Scene = {}) {
  const made = (authenticator ?? createSoftwareAuthenticator(traits)).create(options, tamper)
  const parsed = registrationCredentialSchema.safeParse(made)
  if (!parsed.success) return { verified: false, reason: 'refused_by_schema' } as const
  return verifyRegistration({
    credential: parsed.data,
    challenge: options.challenge,
    rpId: 'bank.example',
    origins: ['https://bank.example'],
    topOrigins: [],
    requireUserVerification: true,
    isConditionalCreate: false,
    ...expect,
  })
}

async function reasonOf(scene: Scene): Promise<string> {
  const verdict = await register(scene)
  return verdict.verified ? 'verified' : verdict.reason
}

for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
  for (const attestation of ['none', 'packed-self'] as const) {
    test(`a ${algorithm} passkey with ${attestation} attestation is registered`, async () => {
      const authenticator = createSoftwareAuthenticator({ algorithm, backupEligible: true, backupState: true })
      const verdict = await register({ authenticator, tamper: { attestation } })
      assert.ok(verdict.verified, JSON.stringify(verdict))
      assert.equal(verdict.credential.credentialId, authenticator.credentialId)
      assert.equal(verdict.credential.backupEligible, true)
      assert.equal(verdict.credential.backupState, true)
      assert.equal(verdict.credential.userVerified, true)
      assert.equal(verdict.credential.signCount, 0)
    })
  }
}

test('WA-02: an answer to another challenge is refused', async () => {
  assert.equal(await reasonOf({ expect: { challenge: randomBytes(32).toString('base64url') } }), 'challenge_mismatch')
})

test('WA-03: only webauthn.create registers', async () => {
  for (const type of ['webauthn.get', 'payment.get', 'webauthn.create ', 'WEBAUTHN.CREATE', null, 1]) {
    assert.equal(await reasonOf({ tamper: { clientData: { type } } }), 'client_data_type')
  }
})

test('WA-04: an origin that only resembles a configured one is refused', async () => {
  const lookalikes = [
    'https://bank.example.evil.example',
    'https://evilbank.example',
    'https://bank.example:8443',
    'http://bank.example',
    'https://bank.example/',
    'https://BANK.example',
    'https://sub.bank.example',
    'null',
    '',
  ]
  for (const origin of lookalikes) assert.equal(await reasonOf({ tamper: { origin } }), 'origin_not_allowed', origin)
  assert.equal(await reasonOf({ tamper: { clientData: { origin: ['https://bank.example'] } } }), 'origin_not_allowed')
})

test('WA-04: every configured origin is accepted, an Android app among them', async () => {
  const origins = ['https://bank.example', 'android:apk-key-hash:abc']
  assert.equal(await reasonOf({ tamper: { origin: 'android:apk-key-hash:abc' }, expect: { origins } }), 'verified')
})

test('WA-05: a registration inside a foreign page is refused unless that page is configured', async () => {
  const framed = { crossOrigin: true, topOrigin: 'https://partner.example' }
  assert.equal(await reasonOf({ tamper: { clientData: framed } }), 'cross_origin')
  assert.equal(await reasonOf({ tamper: { clientData: { crossOrigin: true } } }), 'cross_origin')
  assert.equal(await reasonOf({ tamper: { clientData: { topOrigin: 'https://partner.example' } } }), 'cross_origin')
  assert.equal(await reasonOf({ tamper: { clientData: { crossOrigin: 'true' } } }), 'cross_origin')
  const expect = { topOrigins: ['https://partner.example'] }
  assert.equal(await reasonOf({ tamper: { clientData: framed }, expect }), 'verified')
  const other = { crossOrigin: true, topOrigin: 'https://partner.example.evil.example' }
  assert.equal(await reasonOf({ tamper: { clientData: other }, expect }), 'cross_origin')
})

test('WA-06: the id of the answer, its raw id and the attested id are one', async () => {
  const other = randomBytes(32)
  assert.equal(await reasonOf({ tamper: { rawId: other.toString('base64url') } }), 'credential_id_mismatch')
  assert.equal(await reasonOf({ tamper: { attestedId: other } }), 'credential_id_mismatch')
  assert.equal(await reasonOf({ tamper: { id: '' } }), 'credential_id_mismatch')
  assert.equal(await reasonOf({ tamper: { type: 'password' } }), 'credential_type')
})

test('WA-06: an id with unused bits set is another spelling and refused', async () => {
  const authenticator = createSoftwareAuthenticator({ credentialId: Buffer.alloc(32, 0) })
  const respelled = `${authenticator.credentialId.slice(0, -1)}B`
  assert.deepEqual(Buffer.from(respelled, 'base64url'), Buffer.from(authenticator.credentialId, 'base64url'))
  assert.equal(await reasonOf({ authenticator, tamper: { id: respelled } }), 'refused_by_schema')
})

test('WA-08: the hash of another relying party is refused', async () => {
  assert.equal(await reasonOf({ tamper: { rpId: 'evil.example' } }), 'rp_id_mismatch')
})

test('WA-09: the user was present, verified when the policy asks, and a backup without eligibility is impossible', async () => {
  assert.equal(await reasonOf({ tamper: { flags: (flags) => flags & ~0x01 } }), 'user_not_present')
  assert.equal(await reasonOf({ userVerified: false }), 'user_not_verified')
  assert.equal(await reasonOf({ userVerified: false, expect: { requireUserVerification: false } }), 'verified')
  assert.equal(await reasonOf({ backupEligible: false, backupState: true }), 'backup_state_without_eligibility')
  const unattended = { flags: (flags: number) => flags & ~0x01 }
  assert.equal(await reasonOf({ tamper: unattended, expect: { isConditionalCreate: true } }), 'verified')
})

test('WA-10: whether the user was verified is what the authenticator said, not what was asked', async () => {
  const verdict = await register({ userVerified: false, expect: { requireUserVerification: false } })
  assert.equal(verdict.verified && verdict.credential.userVerified, false)
})

test('WA-12: the longest id is 1023 bytes', async () => {
  assert.equal(await reasonOf({ credentialId: randomBytes(1023) }), 'verified')
  assert.equal(await reasonOf({ credentialId: randomBytes(1024) }), 'credential_id_too_long')
  assert.equal(await reasonOf({ credentialId: randomBytes(1100) }), 'refused_by_schema')
})

test('WA-12: a key is refused when its algorithm was not offered or its curve is another', async () => {
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
  const point = (name: 'x' | 'y') => new Uint8Array(Buffer.from(p384[name] ?? '', 'base64url'))
  const onP384 = (algorithm: number) =>
    new Map<number, unknown>([
      [1, 2],
      [3, algorithm],
      [-1, 2],
      [-2, point('x')],
      [-3, point('y')],
    ])
  assert.equal(await reasonOf({ tamper: { coseKey: onP384(-7) } }), 'public_key_invalid')
  assert.equal(await reasonOf({ tamper: { coseKey: onP384(-35) } }), 'attestation_invalid')
})

test('WA-12: a point that is not on the curve, a short coordinate and a missing one are refused', async () => {
  const { coseKey } = createSoftwareAuthenticator()
  const broken = [
    new Map<number, unknown>(coseKey).set(-2, new Uint8Array(32).fill(1)),
    new Map<number, unknown>(coseKey).set(-2, new Uint8Array(31).fill(1)),
    new Map<number, unknown>(coseKey).set(-3, true),
    new Map<number, unknown>([...coseKey].filter(([label]) => label !== -3)),
    new Map<number, unknown>(coseKey).set(1, 3),
  ]
  for (const key of broken) assert.equal(await reasonOf({ tamper: { coseKey: key } }), 'public_key_invalid')
})

test('WA-12: an RSA key under 2048 bits or with exponent 1 is refused', async () => {
  assert.equal(await reasonOf({ algorithm: 'RS256', rsaBits: 1024 }), 'public_key_invalid')
  const strong = toCoseKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey, 'RS256')
  const exponentOne = new Map<number, unknown>(strong).set(-2, new Uint8Array([1]))
  assert.equal(await reasonOf({ tamper: { coseKey: exponentOne } }), 'public_key_invalid')
})

test('WA-13: attestation none carries no statement', async () => {
  assert.equal(await reasonOf({ tamper: { statement: () => new Map([['sig', new Uint8Array(8)]]) } }), 'attestation_invalid')
  assert.equal(await reasonOf({ tamper: { statement: () => [] } }), 'attestation_malformed')
  assert.equal(await reasonOf({ tamper: { statement: () => null } }), 'attestation_malformed')
})

test('WA-13: an unknown attestation format is refused, as are those that would fetch from the network', async () => {
  for (const format of ['nonsense', 'None', 'android-key', 'android-safetynet', 'apple']) {
    const object = (value: Map<string, unknown>) => value.set('fmt', format)
    assert.equal(await reasonOf({ tamper: { object } }), 'attestation_format', format)
  }
})

test('WA-13: self attestation is signed by the credential, with its own algorithm', async () => {
  const attestation = 'packed-self'
  const otherAlgorithm = (statement: Map<string, unknown>) => statement.set('alg', -257)
  assert.equal(await reasonOf({ tamper: { attestation, statement: otherAlgorithm } }), 'attestation_invalid')
  const flipped = (statement: Map<string, unknown>) => {
    const signature = Uint8Array.from(statement.get('sig') as Uint8Array)
    signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1
    return statement.set('sig', signature)
  }
  assert.equal(await reasonOf({ tamper: { attestation, statement: flipped } }), 'attestation_invalid')
  const lengthened = (statement: Map<string, unknown>) =>
    statement.set('sig', Buffer.concat([statement.get('sig') as Buffer, Buffer.from([0])]))
  assert.equal(await reasonOf({ tamper: { attestation, statement: lengthened } }), 'signature_malformed')
})

test('A-21: an attestation by certificates is refused, because no root is known that could vouch for them', async () => {
  const authenticator = createSoftwareAuthenticator({ aaguid: randomBytes(16) })
  const certified = createSelfMadeChain()
  const forged = authenticator.create(options, { certified })
  const byLibrary = await verifyRegistrationByLibrary(registrationCredentialSchema.parse(forged), {
    challenge: options.challenge,
    origins: ['https://bank.example'],
    rpId: 'bank.example',
    requireUserPresence: true,
    requireUserVerification: true,
    algorithms: offeredAlgorithms,
  })
  assert.ok(byLibrary.ok && byLibrary.value.verified, 'the library alone takes a chain up to a root that the attacker made')
  assert.equal(await reasonOf({ authenticator, tamper: { certified } }), 'attestation_untrusted')
  const [leaf = new Uint8Array(), root = new Uint8Array()] = certified.certificates
  for (const certificates of [[leaf], [root], [leaf, leaf], [new Uint8Array(8)], []]) {
    const tamper = { certified: { ...certified, certificates } }
    assert.equal(await reasonOf({ authenticator, tamper }), 'attestation_untrusted', `${certificates.length} certificates`)
  }
  for (const format of ['fido-u2f', 'tpm']) {
    const tamper = { certified, object: (object: Map<string, unknown>) => object.set('fmt', format) }
    assert.equal(await reasonOf({ authenticator, tamper }), 'attestation_untrusted', format)
  }
  const certifiedNone = (object: Map<string, unknown>) => object.set('fmt', 'none')
  assert.equal(await reasonOf({ authenticator, tamper: { certified, object: certifiedNone } }), 'attestation_untrusted')
})

test('WA-18: bytes behind the attestation object are refused, and a truncated one as well', async () => {
  assert.equal(await reasonOf({ tamper: { objectBytes: (bytes) => Buffer.concat([bytes, Buffer.from([0])]) } }), 'attestation_malformed')
  assert.equal(await reasonOf({ tamper: { objectBytes: (bytes) => bytes.subarray(0, -1) } }), 'attestation_malformed')
  const longer = (object: Map<string, unknown>) =>
    object.set('authData', Buffer.concat([object.get('authData') as Buffer, Buffer.from([0])]))
  assert.equal(await reasonOf({ tamper: { object: longer } }), 'attestation_invalid')
})

test('WA-18: hostile CBOR is refused, and not read to its claimed end', { timeout: 120_000 }, async () => {
  const hostile = {
    'deeply nested arrays': Buffer.alloc(32_000, 0x81),
    'deeply nested maps': Buffer.concat([Buffer.alloc(16_000, Buffer.from([0xa1, 0x01])), Buffer.from([0])]),
    'deeply nested tags': Buffer.alloc(32_000, 0xc1),
    'an array of 2^53 items': Buffer.from('9b001fffffffffffff', 'hex'),
    'a byte string of 2^53 bytes': Buffer.from('5b001fffffffffffff', 'hex'),
    'a map of 2^64 pairs': Buffer.from('bbffffffffffffffff', 'hex'),
    'an indefinite length': Buffer.from('9f01ff', 'hex'),
    'nothing at all': Buffer.alloc(0),
    'a number': Buffer.from([1]),
    null: Buffer.from([0xf6]),
  }
  for (const [name, bytes] of Object.entries(hostile)) {
    assert.equal(await reasonOf({ tamper: { objectBytes: () => bytes } }), 'attestation_malformed', name)
    const verdict = await reasonOf({ tamper: { coseKeyBytes: bytes } })
    assert.ok(['attestation_invalid', 'algorithm_not_offered', 'public_key_invalid'].includes(verdict), `${name} as key: ${verdict}`)
  }
  assert.equal(await reasonOf({ tamper: { objectBytes: () => Buffer.alloc(40_000, 0x81) } }), 'refused_by_schema')
})

test('WA-18: client data that is not a JSON object is refused', async () => {
  const hostile = ['', 'null', '[]', '"webauthn.create"', '{', '\u{feff}', '{"type":"webauthn.create"} x', `${'['.repeat(6000)}`]
  for (const text of hostile) {
    assert.equal(await reasonOf({ tamper: { clientDataBytes: () => Buffer.from(text) } }), 'client_data_malformed', text.slice(0, 40))
  }
  const invalidUtf8 = (json: Buffer) => Buffer.concat([json.subarray(0, -1), Buffer.from(',"x":"\xff"}', 'latin1')])
  assert.equal(await reasonOf({ tamper: { clientDataBytes: invalidUtf8 } }), 'client_data_malformed')
})

test('WA-18: no bytes anywhere in the answer make verification throw', async () => {
  const good = createSoftwareAuthenticator().create(options)
  const bytes = fc.uint8Array({ maxLength: 200 }).map((value) => Buffer.from(value).toString('base64url'))
  const mutated = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })).map(([at, value]) => {
    const object = Buffer.from(good.response.attestationObject, 'base64url')
    object[at % object.length] = value
    return object.toString('base64url')
  })
  await fc.assert(
    fc.asyncProperty(fc.oneof(bytes, mutated), fc.option(bytes, { nil: undefined }), async (attestationObject, clientDataJSON) => {
      const response = { ...good.response, attestationObject, ...(clientDataJSON === undefined ? {} : { clientDataJSON }) }
      const verdict = await verifyRegistration({
        credential: registrationCredentialSchema.parse({ ...good, response }),
        challenge: options.challenge,
        rpId: 'bank.example',
        origins: ['https://bank.example'],
        topOrigins: [],
        requireUserVerification: true,
        isConditionalCreate: false,
      })
      assert.equal(typeof verdict.verified, 'boolean')
    }),
    { numRuns: 300 },
  )
})

test('WA-19: unknown client data members, unsolicited extensions and a byte order mark are tolerated', async () => {
  const clientData = { other_keys_can_be_added_here: 'do not compare clientDataJSON against a template', tokenBinding: undefined }
  const withMark = (json: Buffer) => Buffer.concat([Buffer.from('\u{feff}'), json])
  assert.equal(await reasonOf({ tamper: { clientData } }), 'verified')
  assert.equal(await reasonOf({ tamper: { extensions: new Map([['credProtect', 2]]) } }), 'verified')
  assert.equal(await reasonOf({ tamper: { clientDataBytes: withMark } }), 'verified')
})
