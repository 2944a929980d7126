import type { ProvenBy, Usual, UsualAddress, UsualDevice } from '../learning/usual.ts'
import { formatNumber } from './format-number.ts'
import { joinWords } from './join-words.ts'

/** Why an address stands with its user as it does. */
export function addressSentence(address: UsualAddress, at: number): string {
  const { standing, days, lastSeenAt, trustedUntil } = address
  const seen = `${endedWell(address, 'from it', days)}, last ${ago(address.proof?.lastAt ?? lastSeenAt, at)}`
  if (standing === 'trusted') {
    const end = trustedUntil === undefined ? '' : ` Without another visit the trust ends in ${span(trustedUntil - at)}.`
    return `Trusted: ${seen}; ${proofOf(address, at)}.${end}`
  }
  const proof = proofOf(address, at)
  return `${standingWords(address, 'Proven, not trusted')}: ${seen}; ${proof}. ${whyNotTrusted(address)}`
}

/** Of the actions with something that is known, those that something vouched for are named apart from the rest. */
function endedWell({ timesSeen, proof }: Pick<UsualAddress | UsualDevice, 'timesSeen' | 'proof'>, where: string, days: number): string {
  const on = days > 0 ? ` on ${counted(days, 'day')}` : ''
  if (proof === undefined || proof.times === timesSeen) return `${counted(timesSeen, 'action')} ended well ${where}${on}`
  const verb = proof.times === 1 ? 'is' : 'are'
  return `${formatNumber(proof.times)} of the ${counted(timesSeen, 'action')} that ended well ${where} ${verb} proven${on}`
}

/** How it became known, in the order of their weight. */
const provenWords: Readonly<Record<Exclude<ProvenBy, 'challenge'>, string>> = {
  first_days: 'Known from the first days of the account',
  company: 'Known',
  earlier: 'Known since before proofs were told apart',
}

function standingWords({ standing, proof }: UsualAddress | UsualDevice, proven: string): string {
  if (standing === 'proven' || standing === 'trusted') return proven
  const by = proof?.by.find((one) => one !== 'challenge')
  if (standing === 'seen' || proof === undefined) return 'Only seen'
  if (by === undefined) return 'Known from an earlier challenge'
  return by === 'company' ? `Known by the company of ${proof.companion ?? 'something proven'}` : provenWords[by]
}

function proofOf({ lastChallengeAt, lastPhishingResistantAt }: UsualAddress, at: number): string {
  if (lastPhishingResistantAt !== undefined) return `a phishing-resistant challenge was passed from it ${ago(lastPhishingResistantAt, at)}`
  return lastChallengeAt === undefined ? 'no challenge was passed from it' : `a challenge was passed from it ${ago(lastChallengeAt, at)}`
}

function whyNotTrusted({ standing, hidesUser, days, lastChallengeAt, lastPhishingResistantAt }: UsualAddress): string {
  if (hidesUser) return 'It is private or hides who uses it, so it never becomes trusted.'
  if (lastPhishingResistantAt !== undefined || (days >= 2 && lastChallengeAt !== undefined)) return 'Its trust has faded.'
  if (lastChallengeAt !== undefined) return 'Trust takes a success on a second day, or a phishing-resistant challenge.'
  if (standing === 'seen')
    return 'Nothing vouched for them, so it is still new. Being allowed alone never makes an address known or trusted.'
  return 'Being allowed alone never makes an address trusted.'
}

/** Why a device stands with its user as it does. */
export function deviceSentence(device: UsualDevice, at: number): string {
  const { lastSeenAt, lastChallengeAt, isInvalidated, proof: known } = device
  const seen = `${endedWell(device, 'on it', known?.days ?? 0)}, last ${ago(known?.lastAt ?? lastSeenAt, at)}`
  const proof =
    lastChallengeAt === undefined ? 'no challenge was passed with it' : `a challenge was passed with it ${ago(lastChallengeAt, at)}`
  const end = isInvalidated
    ? ' It was invalidated, and used again afterwards.'
    : device.standing === 'seen'
      ? ' Nothing vouched for them, so it is still new.'
      : ''
  return `${isInvalidated ? 'Only seen' : standingWords(device, 'Proven')}: ${seen}; ${proof}.${end}`
}

/** What is usual for a user, and how much that rests on. */
export function usualSentence({ addresses, devices, countries, actions, challengesPassed, lastActionAt }: Usual, at: number): string {
  const last = lastActionAt === undefined ? '' : ` The last action was tracked ${ago(lastActionAt, at)}.`
  if (actions === 0) return `Nothing is known yet about what is usual for this user.${last}`
  const trusted = addresses.filter(({ standing }) => standing === 'trusted').length
  const proven = devices.filter(({ standing }) => standing === 'proven').length
  const parts = [
    `${counted(addresses.length, 'address')}${addresses.length === 0 ? '' : ` (${formatNumber(trusted)} trusted)`}`,
    `${counted(devices.length, 'device')}${devices.length === 0 ? '' : ` (${formatNumber(proven)} proven)`}`,
    counted(countries.length, 'country'),
  ]
  const rests = `${counted(actions, 'action')} that ended well and ${counted(challengesPassed, 'passed challenge')}`
  return `Usual for this user: ${joinWords(parts, 'and')}. This rests on at least ${rests}.${last}`
}

/** What was forgotten about a user. `usual` is from before. */
export function forgottenSentence({ addresses, devices, countries, actions, challengesPassed }: Usual): string {
  const parts = [counted(addresses.length, 'address'), counted(devices.length, 'device'), counted(countries.length, 'country')]
  const from = `${counted(actions, 'action')} that ended well and ${counted(challengesPassed, 'passed challenge')}`
  return `Forgotten: ${joinWords(parts, 'and')}, learned from at least ${from}. The user is a stranger again.`
}

function counted(count: number, word: string): string {
  if (count === 1) return `1 ${word}`
  return `${count === 0 ? 'no' : formatNumber(count)} ${word.endsWith('ss') ? `${word}es` : word.endsWith('y') && word !== 'day' ? `${word.slice(0, -1)}ies` : `${word}s`}`
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

function ago(time: number, at: number): string {
  return at - time < minuteMs ? 'just now' : `${span(at - time)} ago`
}

/** In whole units, rounded down, the largest that fits. */
function span(milliseconds: number): string {
  if (milliseconds < minuteMs) return 'less than a minute'
  if (milliseconds < hourMs) return counted(Math.floor(milliseconds / minuteMs), 'minute')
  if (milliseconds < dayMs) return counted(Math.floor(milliseconds / hourMs), 'hour')
  return counted(Math.floor(milliseconds / dayMs), 'day')
}
