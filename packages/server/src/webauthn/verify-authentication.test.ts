import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { encodeCBOR } from '@levischuck/tiny-cbor'
import fc from 'fast-check'
import {
  type AssertionTampering,
  type AuthenticatorTraits,
  createSoftwareAuthenticator,
  type SoftwareAuthenticator,
} from '../../test/support/software-authenticator.ts'
import { credentialDigest } from './authentication-challenge.ts'
import { readClientData } from './check-client-data.ts'
import { authenticationCredentialSchema } from './credential-schema.ts'
import { type AuthenticationRequest, type StoredCredential, verifyAuthentication } from './verify-authentication.ts'

const options = { challenge: randomBytes(32).toString('base64url'), rpId: 'bank.example' }
const userHandle = randomBytes(32).toString('base64url')

interface Scene extends AuthenticatorTraits {
  tamper?: AssertionTampering
  stored?: Partial<StoredCredential>
  expect?: Partial<AuthenticationRequest>
  authenticator?: SoftwareAuthenticator
}

async function authenticate({ tamper, stored, expect, authenticator, ...traits }: Scene = {}) {
  const key = authenticator ?? createSoftwareAuthenticator(traits)
  const answer = key.get(options, { userHandle, ...tamper })
  const parsed = authenticationCredentialSchema.safeParse(answer)
  if (!parsed.success) return { verified: false, reason: 'refused_by_schema' } as const
  return verifyAuthentication({
    credential: parsed.data,
    clientData: readClientData(parsed.data.response.clientDataJSON),
    stored: {
      credentialId: key.credentialId,
      publicKey: Buffer.from(encodeCBOR(key.coseKey)).toString('base64url'),
      signCount: 0,
      backupEligible: traits.backupEligible ?? false,
      userHandle,
      ...stored,
    },
    challenge: options.challenge,
    rpId: 'bank.example',
    origins: ['https://bank.example'],
    topOrigins: [],
    requireUserVerification: true,
    allowedCredentials: [credentialDigest(key.credentialId)],
    requireUserHandle: false,
    ...expect,
  })
}

async function reasonOf(scene: Scene): Promise<string> {
  const verdict = await authenticate(scene)
  return verdict.verified ? 'verified' : verdict.reason
}

for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
  test(`a ${algorithm} assertion is verified`, async () => {
    const verdict = await authenticate({ algorithm, backupEligible: true, backupState: true, signCount: 6, stored: { signCount: 5 } })
    assert.ok(verdict.verified, JSON.stringify(verdict))
    assert.equal(verdict.assertion.signCount, 7)
    assert.equal(verdict.assertion.backupState, true)
    assert.equal(verdict.assertion.userVerified, true)
  })

  test(`WA-11: a ${algorithm} signature by another key, or over other data, is refused`, async () => {
    const other = createSoftwareAuthenticator({ algorithm })
    assert.equal(await reasonOf({ algorithm, tamper: { signedBy: other.privateKey } }), 'signature_invalid')
    const answered = createSoftwareAuthenticator({ algorithm })
    const verdict = await reasonOf({
      authenticator: answered,
      stored: { publicKey: Buffer.from(encodeCBOR(other.coseKey)).toString('base64url') },
    })
    assert.equal(verdict, 'signature_invalid')
    const flip = (signature: Buffer) => {
      const copy = Buffer.from(signature)
      copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1
      return copy
    }
    assert.equal(await reasonOf({ algorithm, tamper: { signature: flip } }), 'signature_invalid')
  })
}

test('WA-02: an answer to another challenge is refused', async () => {
  assert.equal(await reasonOf({ expect: { challenge: randomBytes(32).toString('base64url') } }), 'challenge_mismatch')
  assert.equal(await reasonOf({ tamper: { clientData: { challenge: `${options.challenge}=` } } }), 'challenge_mismatch')
})

test('WA-03: a registration or a payment never signs in', async () => {
  for (const type of ['webauthn.create', 'payment.get', 'webauthn.get\n', ['webauthn.get']]) {
    assert.equal(await reasonOf({ tamper: { clientData: { type } } }), 'client_data_type')
  }
})

test('WA-04: an origin that merely starts or ends like a configured one is refused', async () => {
  for (const origin of [
    'https://bank.example.evil.example',
    'https://notbank.example',
    'https://bank.example/',
    'http://bank.example',
    'bank.example',
  ]) {
    assert.equal(await reasonOf({ tamper: { origin } }), 'origin_not_allowed', origin)
  }
})

test('WA-05: an assertion inside a foreign page is refused unless that page is configured', async () => {
  const framed = { crossOrigin: true, topOrigin: 'https://partner.example' }
  assert.equal(await reasonOf({ tamper: { clientData: framed } }), 'cross_origin')
  assert.equal(await reasonOf({ tamper: { clientData: { crossOrigin: true } } }), 'cross_origin')
  assert.equal(await reasonOf({ tamper: { clientData: { topOrigin: 'https://partner.example' } } }), 'cross_origin')
  assert.equal(await reasonOf({ tamper: { clientData: framed }, expect: { topOrigins: ['https://partner.example'] } }), 'verified')
})

test('WA-06: the id must be the stored one, and among the allowed ones', async () => {
  const other = randomBytes(32).toString('base64url')
  assert.equal(await reasonOf({ stored: { credentialId: other } }), 'credential_id_mismatch')
  assert.equal(await reasonOf({ tamper: { rawId: other } }), 'credential_id_mismatch')
  assert.equal(await reasonOf({ expect: { allowedCredentials: [credentialDigest(other)] } }), 'credential_not_allowed')
  assert.equal(await reasonOf({ expect: { allowedCredentials: [] } }), 'credential_not_allowed')
  assert.equal(await reasonOf({ expect: { allowedCredentials: null } }), 'verified')
})

test('WA-07: a user handle must be the account’s, and is needed when nobody was known', async () => {
  assert.equal(await reasonOf({ tamper: { userHandle: randomBytes(32).toString('base64url') } }), 'user_handle_mismatch')
  assert.equal(await reasonOf({ tamper: { userHandle: null } }), 'verified')
  assert.equal(await reasonOf({ tamper: { userHandle: null }, expect: { requireUserHandle: true } }), 'user_handle_missing')
  assert.equal(await reasonOf({ tamper: { userHandle: '' }, expect: { requireUserHandle: true } }), 'user_handle_missing')
  assert.equal(await reasonOf({ expect: { requireUserHandle: true } }), 'verified')
})

test('WA-08: the hash of another relying party is refused', async () => {
  assert.equal(await reasonOf({ tamper: { rpId: 'evil.example' } }), 'rp_id_mismatch')
})

test('WA-09: presence is needed always, verification when asked, and a backup without eligibility is impossible', async () => {
  assert.equal(await reasonOf({ tamper: { flags: (flags) => flags & ~0x01 } }), 'user_not_present')
  assert.equal(await reasonOf({ userVerified: false }), 'user_not_verified')
  assert.equal(await reasonOf({ tamper: { flags: (flags) => flags | 0x10 } }), 'backup_state_without_eligibility')
})

test('WA-10: a touch alone is reported as one factor', async () => {
  const verdict = await authenticate({ userVerified: false, expect: { requireUserVerification: false } })
  assert.equal(verdict.verified && verdict.assertion.userVerified, false)
})

test('WA-15: a counter that stands still or goes back is refused, both zero is normal', async () => {
  assert.equal(await reasonOf({ tamper: { signCount: 0 }, stored: { signCount: 0 } }), 'verified')
  assert.equal(await reasonOf({ tamper: { signCount: 6 }, stored: { signCount: 5 } }), 'verified')
  assert.equal(await reasonOf({ tamper: { signCount: 1 }, stored: { signCount: 0 } }), 'verified')
  assert.equal(await reasonOf({ tamper: { signCount: 5 }, stored: { signCount: 5 } }), 'sign_count')
  assert.equal(await reasonOf({ tamper: { signCount: 4 }, stored: { signCount: 5 } }), 'sign_count')
  assert.equal(await reasonOf({ tamper: { signCount: 0 }, stored: { signCount: 5 } }), 'sign_count')
})

test('WA-15: only the holder of the key can raise the counter alarm', async () => {
  const { privateKey } = createSoftwareAuthenticator()
  assert.equal(await reasonOf({ tamper: { signCount: 4, signedBy: privateKey }, stored: { signCount: 5 } }), 'signature_invalid')
})

test('WA-16: backup eligibility never changes', async () => {
  assert.equal(await reasonOf({ backupEligible: true, stored: { backupEligible: false } }), 'backup_eligibility_changed')
  assert.equal(await reasonOf({ backupEligible: false, stored: { backupEligible: true } }), 'backup_eligibility_changed')
  assert.equal(await reasonOf({ backupEligible: true, stored: { backupEligible: null } }), 'verified')
})

test('WA-18: an ECDSA signature has one spelling', async () => {
  const spellings: Record<string, (signature: Buffer) => Buffer> = {
    'a byte behind it': (signature) => Buffer.concat([signature, Buffer.from([0])]),
    'a byte inside the sequence behind s': (signature) => {
      const copy = Buffer.concat([signature, Buffer.from([0])])
      copy[1] = (copy[1] ?? 0) + 1
      return copy
    },
    'a padded r': (signature) => {
      const rLength = signature[3] ?? 0
      const r = Buffer.concat([Buffer.from([0]), signature.subarray(4, 4 + rLength)])
      const rest = signature.subarray(4 + rLength)
      return Buffer.concat([Buffer.from([0x30, 2 + r.length + rest.length, 0x02, r.length]), r, rest])
    },
    'a long length': (signature) => Buffer.concat([Buffer.from([0x30, 0x81]), signature.subarray(1)]),
    nothing: () => Buffer.alloc(0),
    'a bare sequence': () => Buffer.from([0x30, 0]),
    'zero for r and s': () => Buffer.from('3006020100020100', 'hex'),
  }
  for (const [name, signature] of Object.entries(spellings))
    assert.equal(await reasonOf({ tamper: { signature } }), 'signature_malformed', name)
})

test('WA-18: no bytes anywhere in the answer make verification throw', async () => {
  const authenticator = createSoftwareAuthenticator()
  const bytes = fc.uint8Array({ maxLength: 150 }).map((value) => Buffer.from(value))
  await fc.assert(
    fc.asyncProperty(bytes, bytes, fc.integer({ min: 0, max: 255 }), async (authData, signature, flags) => {
      const answer = authenticator.get(options, { userHandle, flags: () => flags, signature: () => signature })
      const head = Buffer.from(answer.response.authenticatorData, 'base64url')
      const response = { ...answer.response, authenticatorData: Buffer.concat([head, authData]).toString('base64url') }
      const verdict = await verifyAuthentication({
        credential: authenticationCredentialSchema.parse({ ...answer, response }),
        clientData: readClientData(response.clientDataJSON),
        stored: {
          credentialId: authenticator.credentialId,
          publicKey: Buffer.from(encodeCBOR(authenticator.coseKey)).toString('base64url'),
          signCount: 0,
          backupEligible: null,
          userHandle,
        },
        challenge: options.challenge,
        rpId: 'bank.example',
        origins: ['https://bank.example'],
        topOrigins: [],
        requireUserVerification: false,
        allowedCredentials: null,
        requireUserHandle: false,
      })
      assert.equal(verdict.verified, false)
    }),
    { numRuns: 300 },
  )
})

test('WA-19: unknown client data members, unsolicited extensions and a byte order mark are tolerated', async () => {
  const clientDataBytes = (json: Buffer) => Buffer.concat([Buffer.from('\u{feff}'), json])
  assert.equal(await reasonOf({ tamper: { clientData: { futureMember: { deep: [1] } } } }), 'verified')
  assert.equal(await reasonOf({ tamper: { extensions: new Map([['uvm', [1, 2]]]) } }), 'verified')
  assert.equal(await reasonOf({ tamper: { clientDataBytes } }), 'verified')
})
