import { decodeCBOR } from '@levischuck/tiny-cbor'
import type { VerifiedRegistrationResponse } from '@simplewebauthn/server'
import type { RegistrationCredential } from './credential-schema.ts'

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
    // Two hundred files and a sixth of the time to start: loaded when it is needed.
    const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
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

/**
 * Reads authenticator data to its last byte, as the specification lays it out: attested credential data and extensions that are whole CBOR where the
 * flags announce them, and nothing behind (WebAuthn Level 3, "Authenticator Data").
 */
export async function parseWholeAuthenticatorData(authenticatorData: Uint8Array): Promise<LibraryAnswer<unknown>> {
  try {
    const { parseAuthenticatorData } = await import('@simplewebauthn/server/helpers')
    // A copy, because the parser repairs a known fault of Firefox 117 in place.
    return { ok: true, value: parseAuthenticatorData(Uint8Array.from(authenticatorData)) }
  } catch (cause) {
    return { ok: false, cause }
  }
}
