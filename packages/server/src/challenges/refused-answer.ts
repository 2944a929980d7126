import type { Logger } from 'pino'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Refusal } from './refusal.ts'

export interface RefusalLog {
  log: Pick<Logger, 'warn'>
  metrics: Pick<Metrics, 'countRefusal' | 'countChallenge'>
}

/** An answer that was judged and refused. Where the wire has no error for that, its method answers with the reason instead. */
export class RefusedProof extends ApiError {
  readonly reason: string
  /** No further answer is judged. */
  readonly isLast: boolean

  constructor(error: ApiError, reason: string, isLast: boolean) {
    super(error.code, error.description, { cause: error.cause })
    this.reason = reason
    this.isLast = isLast
  }
}

/** Whose answer was refused. No key, no token, no signature: these go to the log. */
export interface RefusedAnswer {
  tenantId: string
  userId: string
  ceremony: 'registration' | 'authentication'
  userAuthenticatorId?: string
}

/**
 * Logs and counts why an answer was refused and makes the refusal. The wire never says which check it was (TX-08), unless the refusal itself does, or `description`:
 * for a proof that is good and not enough.
 */
export function invalidCredential(
  { log, metrics }: RefusalLog,
  method: NamedMethod,
  about: RefusedAnswer,
  { reason, cause, told }: Refusal,
  { description = notAccepted(method), isLast = false }: { description?: string | undefined; isLast?: boolean } = {},
): RefusedProof {
  countRefused(metrics, method, about.ceremony, reason)
  log.warn({ ...about, reason, told: told?.description, err: cause instanceof Error ? cause : undefined }, `${method.noun} refused`)
  return new RefusedProof(new ApiError(told?.code ?? 'invalid_credential', told?.description ?? description, { cause }), reason, isLast)
}

/** Counts an answer that was refused. */
export function countRefused(
  metrics: RefusalLog['metrics'],
  { name }: NamedMethod,
  ceremony: RefusedAnswer['ceremony'],
  reason: string,
): void {
  metrics.countRefusal(name, ceremony, reason)
  if (ceremony === 'authentication') metrics.countChallenge('failed')
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
