import type { Outcome } from '../facts/outcome.ts'
import { findSignal } from '../signals/registry.ts'
import type { Evidence } from './evidence.ts'

/**
 * A sentence for the user. It names only the kind of reason: no rule, value, threshold or list, so that nobody learns from it what to
 * change. A block gives no reason at all.
 */
export function endUserSentence(outcome: Outcome, evidence: readonly Evidence[]): string {
  if (outcome === 'ALLOW') return 'Everything is in order.'
  if (outcome === 'BLOCK') return 'This was stopped to protect your account. If it was you, please contact support.'
  if (outcome === 'REVIEW') return 'We are taking a closer look at this before it goes through.'
  for (const { reads, held, operator } of evidence) {
    for (const { signal } of reads) {
      const reason = reasonFor(signal, held && /^>=?$/.test(operator))
      if (reason !== undefined) return `We want to make sure it is you because ${reason}.`
    }
  }
  return 'We want to make sure it is you.'
}

const places = /^ip\.(location|travel|countryCode|isNewCountry|atypicalTravel|impossibleTravel)/

function reasonFor(signal: string, isHigh: boolean): string | undefined {
  if (signal.startsWith('custom.'))
    return isHigh && /amount|value|total|price|sum/i.test(signal) ? 'this is a larger amount than usual' : undefined
  if (places.test(signal)) return 'you are connecting from a place that is unusual for you'
  const family = findSignal(signal)?.definition.family ?? (signal.startsWith('velocity.') ? 'velocity' : undefined)
  if (family === 'ip') return 'the network you are connecting from is unusual for you'
  if (family === 'device' && signal !== 'device.isBot') return 'we do not know this device well yet'
  if (family === 'velocity') return 'there was a lot of activity in a short time'
  return family === 'time' ? 'this is an unusual time of day for you' : undefined
}
