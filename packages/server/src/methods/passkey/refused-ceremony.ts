import type { Logger } from 'pino'
import { ApiError } from '../../errors/api-error.ts'
import type { Refusal } from './ceremony-refusal.ts'

export interface CeremonyContext {
  log: Pick<Logger, 'warn'>
}

/** Whose ceremony was refused. No key, no token, no signature: these go to the log. */
export interface RefusedCeremony {
  tenantId: string
  userId: string
  ceremony: 'registration' | 'authentication'
  userAuthenticatorId?: string
}

/**
 * Logs why an answer was refused and makes the refusal. The wire never says which check it was (TX-08), unless `description` does: for a proof that is
 * good and not enough.
 */
export function invalidCredential(
  { log }: CeremonyContext,
  about: RefusedCeremony,
  { reason, cause }: Refusal,
  description = 'the passkey was not accepted',
): ApiError {
  log.warn({ ...about, reason, err: cause instanceof Error ? cause : undefined }, 'passkey refused')
  return new ApiError('invalid_credential', description, { cause })
}
