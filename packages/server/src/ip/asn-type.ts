import type { AsnType } from '@sallyport/engine'
import { ACCESS_NETWORKS } from './access-networks.ts'
import { HOSTING_NETWORKS, type NetworkPurpose } from './hosting-networks.ts'

/** What is known of a network beyond its number. */
export interface NetworkKnowledge {
  type: AsnType
  /** Set when it is not there to connect people. */
  purpose: NetworkPurpose | null
  /** Whether a list says so, or only the name sounds like it. */
  isListed: boolean
  note: string
}

const hosting = new Map(HOSTING_NETWORKS.map(([asn, purpose, , note]) => [asn, { purpose, note }]))
const access = new Map(ACCESS_NETWORKS.map(([asn, type, , note]) => [asn, { type, note }]))

/**
 * What kind of network this is: from our own lists, else guessed from the registered name and the number of IPv4 addresses it announces.
 *
 * The guesses are modest. A name with "hosting" or "data center" in it and nothing about access is hosting; universities and ministries are
 * told by name; whoever speaks of telecoms or broadband, or announces 65,536 addresses, is a provider; the rest is a business.
 */
export function describeNetwork(asn: number, name: string, v4Size: number): NetworkKnowledge {
  const listedHosting = hosting.get(asn)
  if (listedHosting !== undefined) return { type: 'hosting', purpose: listedHosting.purpose, isListed: true, note: listedHosting.note }
  const listedAccess = access.get(asn)
  if (listedAccess !== undefined) return { type: listedAccess.type, purpose: null, isListed: true, note: listedAccess.note }
  if (HOSTING_NAME.test(name) && !ACCESS_NAME.test(name)) return { type: 'hosting', purpose: 'hosting', isListed: false, note: 'its name' }
  return { type: guessType(name, v4Size), purpose: null, isListed: false, note: 'its name and size' }
}

function guessType(name: string, v4Size: number): AsnType {
  if (EDUCATION_NAME.test(name)) return 'education'
  if (GOVERNMENT_NAME.test(name)) return 'government'
  if (MOBILE_NAME.test(name)) return 'mobile'
  return ACCESS_NAME.test(name) || v4Size >= 65_536 ? 'isp' : 'business'
}

const HOSTING_NAME = /hosting\b|\bhosters?\b|\bvps\b|\bservers?\b|data ?cent(?:er|re)s?\b|\bcolocation\b/i
const ACCESS_NAME =
  /\b(?:isp|broadband|internet|tele(?:com|kom|fon|phon)\w*|cable\w*|fib(?:er|re|ra)\w*|wireless|wi-?fi|net|networks?|comuni?ca\w+|communications?|provedor\w*|provider)\b/i
const EDUCATION_NAME =
  /univers|hochschul|\b(?:college|school|schools|schule|academy|academic|education|educational|educacion|institute of technology|politecnic\w*|polytechnic)\b|^(?:SWITCH|GARR|RENATER|SURF B\.V\.|Jisc Services|Internet2|GEANT)/i
const GOVERNMENT_NAME =
  /\b(?:government|ministry|ministerio|ministère|minist[eé]re|municipality|parliament|senate|navy|air force|army|dod network|department of (?:defense|justice|state|the treasury)|federal (?:office|agency|bureau)|state of|county of|city of)\b/i
const MOBILE_NAME = /\b(?:mobile|mobil|cellular|wireless telecom\w*)\b/i
