import type { Logger } from 'pino'
import { ApiError } from '../http/api-error.ts'
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
 * Logs why an answer was refused and makes the refusal. The wire never says which check it was (TX-08).
 */
export function invalidCredential({ log }: CeremonyContext, about: RefusedCeremony, { reason, cause }: Refusal): ApiError {
  log.warn({ ...about, reason, err: cause instanceof Error ? cause : undefined }, 'passkey refused')
  return new ApiError('invalid_credential', 'the passkey was not accepted', { cause })
}
