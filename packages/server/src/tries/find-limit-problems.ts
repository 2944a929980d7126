import { isDeepStrictEqual } from 'node:util'
import type { VerificationMethod } from '@sallyport/engine'
import type { LimitSettings } from './limit-settings.ts'
import { sendKinds, sendLimits, sendsIn10Minutes, userSendLimits } from './send-limits.ts'
import { mostWrongAnswers } from './wrong-answers.ts'

/** Why the limits among the settings of a method cannot be stored, as sentences: they contradict each other, or are looser than what always holds. */
export function findLimitProblems(method: VerificationMethod, settings: LimitSettings): string[] {
  return [...answerProblems(settings), ...sendProblems(method, settings), ...prefixProblems(settings)]
}

function answerProblems({ submissionRateLimitConfiguration: set, rateLimitConfiguration: older }: LimitSettings): string[] {
  if (set !== undefined && older !== undefined && !isDeepStrictEqual(set, older))
    return ['`rateLimitConfiguration` and `submissionRateLimitConfiguration` are one limit under two names; send one of them']
  const { rateLimit } = set ?? older ?? { rateLimit: 0 }
  const name = set === undefined ? 'rateLimitConfiguration' : 'submissionRateLimitConfiguration'
  if (rateLimit <= mostWrongAnswers) return []
  return [
    `\`${name}\` allows ${rateLimit} wrong answers; an authenticator is locked after ${mostWrongAnswers} in a row, so at most ${mostWrongAnswers} can be set`,
  ]
}

function sendProblems(method: VerificationMethod, settings: LimitSettings): string[] {
  const kind = sendKinds[method]
  if (kind === undefined) return []
  const most = sendsIn10Minutes(userSendLimits(kind, settings))
  const { mostIn10Minutes } = sendLimits[kind]
  if (most <= mostIn10Minutes) return []
  const name = settings.sendingRateLimitConfigurations === undefined ? 'sendingRateLimitConfiguration' : 'sendingRateLimitConfigurations'
  return [`\`${name}\` allows ${most} messages to one user in 10 minutes; at most ${mostIn10Minutes} can be set`]
}

function prefixProblems({ prefixRateLimitConfigurations = [] }: LimitSettings): string[] {
  return prefixRateLimitConfigurations.flatMap(({ blockSize }, index) =>
    blockSize === 'country' || Number.isInteger(Math.log10(blockSize))
      ? []
      : [
          `\`prefixRateLimitConfigurations[${index}].blockSize\` is how many phone numbers share a block: 10, 100, 1000 … 10000000, or \`country\``,
        ],
  )
}
