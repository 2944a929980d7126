import { type Failure, failure } from './result.ts'

/**
 * Turns an error of a WebAuthn ceremony into a failure.
 *
 * The names come from WebAuthn Level 3, "Create a New Credential" and "Use an Existing Credential to Make an Assertion".
 * `@simplewebauthn/browser` throws an error without such a name when the browser has no passkeys at all.
 */
export function ceremonyFailure(error: unknown): Failure {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  switch (name) {
    case 'NotAllowedError':
      return failure('user_canceled', 'the passkey dialog was closed or timed out')
    case 'AbortError':
      return failure('aborted', 'the passkey call was aborted')
    case 'InvalidStateError':
      return failure('already_enrolled', 'this device already has a passkey of this user')
    case 'SecurityError':
      return failure('invalid_relying_party', message)
    case 'Error':
      return failure('not_supported', message)
    default:
      return failure('authenticator_error', message)
  }
}
