import type { Logger } from 'pino'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Refusal } from './refusal.ts'

export interface RefusalLog {
  log: Pick<Logger, 'warn'>
}

/** Whose answer was refused. No key, no token, no signature: these go to the log. */
export interface RefusedAnswer {
  tenantId: string
  userId: string
  ceremony: 'registration' | 'authentication'
  userAuthenticatorId?: string
}

/**
 * Logs why an answer was refused and makes the refusal. The wire never says which check it was (TX-08), unless the refusal itself does, or `description`:
 * for a proof that is good and not enough.
 */
export function invalidCredential(
  { log }: RefusalLog,
  method: NamedMethod,
  about: RefusedAnswer,
  { reason, cause, told }: Refusal,
  description = notAccepted(method),
): ApiError {
  log.warn({ ...about, reason, told: told?.description, err: cause instanceof Error ? cause : undefined }, `${method.noun} refused`)
  return new ApiError(told?.code ?? 'invalid_credential', told?.description ?? description, { cause })
}

export function notAccepted({ noun }: NamedMethod): string {
  return `the ${noun} was not accepted`
}

export function unusableChallenge(): ApiError {
  return new ApiError('invalid_request', 'the challenge is unknown, has expired or was already answered')
}

export function notWaiting(): ApiError {
  return new ApiError('invalid_request', 'this action is not waiting for a challenge')
}
