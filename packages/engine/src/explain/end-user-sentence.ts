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
    for (const { signal, value } of reads) {
      const reason = reasonFor(findSignal(signal)?.definition.name ?? signal, value, held && /^>=?$/.test(operator))
      if (reason !== undefined) return `We want to make sure it is you because ${reason}.`
    }
  }
  return 'We want to make sure it is you.'
}

/** What the address is, when it is so: nothing about the user's habits. */
const connections: Readonly<Record<string, string>> = {
  'ip.isVpn': 'you seem to be using a VPN',
  'ip.isTor': 'you seem to be using Tor',
  'ip.isProxy': 'you seem to be using a proxy',
  'ip.isRelay': 'you seem to be using a privacy relay',
  'ip.isHosting': 'you seem to be connecting through a data centre',
  'ip.isAnonymous': 'you seem to be using a VPN or another service that hides where you are',
}

const unusualPlace = /^ip\.(travel\.|isNewCountry|atypicalTravel|impossibleTravel)/
const place = /^ip\.(location\.|countryCodeInOfacList)/
const unusualNetwork = /^ip\.(isNewAsn|isNewNetwork|isUnrecognized|isTrusted|daysSinceFirstSeen|timesSeen)/
const unknownDevice = /^device\.(isNew|isTrusted|isRemembered|ageDays|browserChanged|osChanged)/

function reasonFor(signal: string, value: unknown, isHigh: boolean): string | undefined {
  if (signal.startsWith('custom.'))
    return isHigh && /amount|value|total|price|sum/i.test(signal) ? 'this is a larger amount than usual' : undefined
  if (value === true && connections[signal] !== undefined) return connections[signal]
  if (unusualPlace.test(signal)) return 'you are connecting from a place that is unusual for you'
  if (place.test(signal)) return 'of the place you are connecting from'
  if (unusualNetwork.test(signal)) return 'the network you are connecting from is unusual for you'
  if (unknownDevice.test(signal)) return 'we do not know this device well yet'
  if (signal.startsWith('velocity.')) return 'there was a lot of activity in a short time'
  return signal === 'time.isUnusualHour' ? 'this is an unusual time of day for you' : undefined
}
