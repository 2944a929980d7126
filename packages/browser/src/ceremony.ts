import { WebAuthnAbortService } from '@simplewebauthn/browser'
import { ceremonyFailure } from './ceremony-failure.ts'
import { type Failure, failure } from './result.ts'

/** Runs the browser's part of a ceremony. `signal` closes its dialog. */
export async function ceremony<T>(signal: AbortSignal | undefined, start: () => Promise<T>): Promise<T | Failure> {
  if (signal?.aborted) return failure('aborted', 'the call was aborted')
  const abort = () => WebAuthnAbortService.cancelCeremony()
  signal?.addEventListener('abort', abort)
  try {
    return await start()
  } catch (error) {
    return ceremonyFailure(error)
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}
