import type { Logger } from 'pino'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Refusal } from './refusal.ts'

export interface RefusalLog {
  log: Pick<Logger, 'warn'>
  metrics: Pick<Metrics, 'countRefusal' | 'countChallenge' | 'countDenial'>
}

/** Whose answer was refused. No key, no token, no signature: these go to the log. */
export interface RefusedAnswer {
  tenantId: string
  userId: string
  ceremony: 'registration' | 'authentication'
  userAuthenticatorId?: string
}

/** An answer that was judged and is wrong, of which the wire says no more than that. */
export class WrongAnswer extends ApiError {
  /** No other answer to this challenge will be judged. */
  readonly isLast: boolean

  constructor(description: string, isLast: boolean, cause?: unknown) {
    super('invalid_credential', description, { cause })
    this.isLast = isLast
  }
}

/**
 * Logs and counts why an answer was refused and makes the refusal. The wire never says which check it was (TX-08), unless the refusal itself does, or `hint`:
 * for a proof that is good and not enough.
 */
export function invalidCredential(
  { log, metrics }: RefusalLog,
  method: NamedMethod,
  about: RefusedAnswer,
  { reason, cause, told }: Refusal,
  { hint, isLast }: { hint?: string | undefined; isLast: boolean },
): ApiError {
  countRefused(metrics, method, about.ceremony, reason)
  log.warn({ ...about, reason, told: told?.description, err: cause instanceof Error ? cause : undefined }, `${method.noun} refused`)
  if (told !== undefined) return new ApiError(told.code, told.description, { cause })
  return hint === undefined ? new WrongAnswer(notAccepted(method), isLast, cause) : new ApiError('invalid_credential', hint, { cause })
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

/** The challenge that was answered cannot be. */
export class UnusableChallenge extends ApiError {
  constructor() {
    super('invalid_request', 'the challenge is unknown, has expired or was already answered')
  }
}

export function unusableChallenge(): UnusableChallenge {
  return new UnusableChallenge()
}

export function notWaiting(): ApiError {
  return new ApiError('invalid_request', 'this action is not waiting for a challenge')
}
