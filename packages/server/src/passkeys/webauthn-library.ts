import { decodeCBOR } from '@levischuck/tiny-cbor'
import {
  type VerifiedAuthenticationResponse,
  type VerifiedRegistrationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import type { AuthenticationCredential, RegistrationCredential } from './credential-schema.ts'

/**
 * The only file that calls the WebAuthn library and the CBOR decoder underneath it. Both throw whatever comes to hand on hostile input (`TypeError`,
 * `RangeError` from deep nesting, `SyntaxError`), so everything here answers with a value: WA-18.
 * The input is bounded by `credential-schema.ts` before it gets here.
 */
export type LibraryAnswer<T> = { ok: true; value: T } | { ok: false; cause: unknown }

/** Decodes exactly one CBOR item: a truncated item or a byte behind it is refused, which the WebAuthn library does not do by itself. */
export function decodeWholeCbor(bytes: Uint8Array): LibraryAnswer<unknown> {
  try {
    // A copy, because the decoder reads the whole underlying buffer of a view.
    return { ok: true, value: decodeCBOR(Uint8Array.from(bytes)) }
  } catch (cause) {
    return { ok: false, cause }
  }
}

export interface RegistrationExpectation {
  challenge: string
  origins: readonly string[]
  rpId: string
  requireUserPresence: boolean
  requireUserVerification: boolean
  algorithms: readonly number[]
}

export async function verifyRegistrationByLibrary(
  credential: RegistrationCredential,
  expected: RegistrationExpectation,
): Promise<LibraryAnswer<VerifiedRegistrationResponse>> {
  const { clientDataJSON, attestationObject } = credential.response
  try {
    const value = await verifyRegistrationResponse({
      response: {
        id: credential.id,
        rawId: credential.rawId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject },
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: [...expected.origins],
      expectedRPID: expected.rpId,
      requireUserPresence: expected.requireUserPresence,
      requireUserVerification: expected.requireUserVerification,
      supportedAlgorithmIDs: [...expected.algorithms],
    })
    return { ok: true, value }
  } catch (cause) {
    return { ok: false, cause }
  }
}

export interface AuthenticationExpectation {
  challenge: string
  origins: readonly string[]
  topOrigins: readonly string[]
  rpId: string
  requireUserVerification: boolean
  /** COSE key. */
  publicKey: Uint8Array
}

export async function verifyAuthenticationByLibrary(
  credential: AuthenticationCredential,
  expected: AuthenticationExpectation,
): Promise<LibraryAnswer<VerifiedAuthenticationResponse>> {
  const { clientDataJSON, authenticatorData, signature } = credential.response
  try {
    const value = await verifyAuthenticationResponse({
      response: {
        id: credential.id,
        rawId: credential.rawId,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: [...expected.origins],
      expectedTopOrigin: [...expected.topOrigins],
      expectedRPID: expected.rpId,
      requireUserVerification: expected.requireUserVerification,
      // The counter is compared by us, after the signature: before it, anybody could write a counter into the log.
      credential: { id: credential.id, publicKey: Uint8Array.from(expected.publicKey), counter: 0 },
    })
    return { ok: true, value }
  } catch (cause) {
    return { ok: false, cause }
  }
}
