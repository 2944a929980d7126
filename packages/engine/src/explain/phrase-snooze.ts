import type { RuleSnooze } from '../policy/snoozes.ts'
import { formatTime } from './format-time.ts'

/** For whom a rule is snoozed, seen from an event that the snooze covers: `this user`. */
export function phraseThisSubject({ userId, deviceId, ipAddress = '' }: RuleSnooze): string {
  if (userId !== undefined) return 'this user'
  if (deviceId !== undefined) return 'this device'
  return ipAddress.includes('/') ? `the network ${ipAddress}` : 'this address'
}

/** The same by name: ``the user `42` ``. */
export function phraseSubject({ userId, deviceId, ipAddress = '' }: RuleSnooze): string {
  if (userId !== undefined) return `the user \`${userId}\``
  if (deviceId !== undefined) return `the device \`${deviceId}\``
  return `the ${ipAddress.includes('/') ? 'network' : 'address'} ${ipAddress}`
}

/** `until 2026-12-01 00:00 UTC because “the customer is moving house”`. */
export function phraseTerm({ until, reason }: RuleSnooze): string {
  return `until ${formatTime(until)} because “${reason.trim().replace(/\.$/, '')}”`
}

/** What differs between two versions of the snoozes of a rule, to follow the name of the rule. */
export function phraseSnoozeChange(before: readonly RuleSnooze[] = [], after: readonly RuleSnooze[] = []): string {
  const was = new Map(before.map((snooze) => [phraseSubject(snooze), snooze]))
  const is = new Set(after.map(phraseSubject))
  const parts: string[] = []
  for (const snooze of after) {
    const subject = phraseSubject(snooze)
    const earlier = was.get(subject)
    if (earlier === undefined) parts.push(`is snoozed for ${subject} ${phraseTerm(snooze)}`)
    else if (phraseTerm(earlier) !== phraseTerm(snooze)) {
      parts.push(`is snoozed for ${subject} ${phraseTerm(snooze)}, before ${phraseTerm(earlier)}`)
    }
  }
  for (const snooze of before) {
    if (!is.has(phraseSubject(snooze))) parts.push(`is no longer snoozed for ${phraseSubject(snooze)} (was ${phraseTerm(snooze)})`)
  }
  return parts.length === 0 ? 'has other details of its snoozes' : parts.join('; ')
}
