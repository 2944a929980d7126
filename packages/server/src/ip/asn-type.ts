import type { AsnType } from '@sallyport/engine'
import { accessNetworks, hostingNetworks, type NetworkPurpose } from './curated-networks.ts'

/** The description of a network beyond its number. */
export interface NetworkKnowledge {
  type: AsnType
  /** `null` when the network connects people. */
  purpose: NetworkPurpose | null
  /** Whether it connects homes or phones: `known` from a curated table, `likely` by its name and size. `null`: it does not, or nobody knows. */
  access: 'known' | 'likely' | null
  /** Whether a curated table lists the network; otherwise the type is a guess from its name. */
  isListed: boolean
  /** The place of its users is not that of its ground stations. */
  isSatellite?: boolean
  note: string
}

const hosting = new Map(hostingNetworks.map((network) => [network.asn, network]))
const access = new Map(accessNetworks.map((network) => [network.asn, network]))

/**
 * Describes a network from the curated tables, or guesses from its registered name and the number of IPv4 addresses it announces.
 *
 * The guesses are modest. A name with "VPN", "proxy" or "Tor relays" in it says what the network is for. A name with "hosting", "cloud" or
 * "server" in it and nothing about access is hosting. Universities and ministries are recognised by name. A name about telecoms or broadband, or 65,536
 * announced addresses, makes a provider. The rest are businesses.
 */
export function describeNetwork(asn: number, name: string, v4Size: number): NetworkKnowledge {
  const listedHosting = hosting.get(asn)
  if (listedHosting !== undefined) {
    const { kind, comment } = listedHosting
    return { type: kind === 'gateway' ? 'business' : 'hosting', purpose: kind, access: null, isListed: true, note: comment }
  }
  const listedAccess = access.get(asn)
  if (listedAccess !== undefined) {
    const { kind, comment } = listedAccess
    const isSatellite = kind === 'satellite'
    return {
      type: isSatellite ? 'isp' : kind,
      purpose: null,
      access: 'known',
      isListed: true,
      note: comment,
      ...(isSatellite && { isSatellite }),
    }
  }
  const purpose = guessPurpose(name, v4Size)
  if (purpose !== null) return { type: 'hosting', purpose, access: null, isListed: false, note: 'its name' }
  const type = guessType(name, v4Size)
  return { type, purpose: null, access: type === 'isp' || type === 'mobile' ? 'likely' : null, isListed: false, note: 'its name and size' }
}

/** How sure it is that an address serves the purpose of its network. A ranking, not a measured probability. */
export function trustInPurpose({ isListed }: NetworkKnowledge): number {
  return isListed ? 0.9 : 0.7
}

function guessPurpose(name: string, v4Size: number): NetworkPurpose | null {
  if (TOR_NAME.test(name)) return 'tor'
  if (VPN_NAME.test(name)) return 'vpn'
  if (PROXY_NAME.test(name)) return 'proxy'
  if (ACCESS_NAME.test(name)) return null
  if (HOSTING_NAME.test(name)) return 'hosting'
  // Large networks with such names are providers too (Afrihost), and a college can be in St. Cloud.
  const isSmall = v4Size < LARGE && !EDUCATION_NAME.test(name) && !GOVERNMENT_NAME.test(name)
  return isSmall && LIKELY_HOSTING_NAME.test(name) ? 'hosting' : null
}

/** So many announced IPv4 addresses make a provider. */
const LARGE = 65_536

function guessType(name: string, v4Size: number): AsnType {
  if (EDUCATION_NAME.test(name)) return 'education'
  if (GOVERNMENT_NAME.test(name)) return 'government'
  if (MOBILE_NAME.test(name)) return 'mobile'
  return ACCESS_NAME.test(name) || v4Size >= LARGE ? 'isp' : 'business'
}

const TOR_NAME = /\btor[ -]?(?:exits?|relays?|project|servers?|network)\b|\bonion\b/i
const VPN_NAME = /vpn\b|\bvpn/i
const PROXY_NAME = /\bprox(?:y|ies)\b/i
const HOSTING_NAME = /hosting\b|\bhosters?\b|\bvps\b|\bservers?\b|data ?cent(?:er|re)s?\b|\bcolocation\b/i
const LIKELY_HOSTING_NAME =
  /\bhost(?!els?\b|s? hotel)|\whost\b|\bcloud(?!wi-?fi)|\wcloud\b|\bserver|vps|\bcolo\b|\bdedicated\b|\bdata ?centrum\b/i
const ACCESS_NAME =
  /\b(?:isp|broadband|internet|tele(?:com|kom|fon|phon)\w*|cable\w*|fib(?:er|re|ra)\w*|wireless|wi-?fi|net|networks?|comuni?ca\w+|communications?|provedor\w*|provider)\b/i
const EDUCATION_NAME =
  /univers|hochschul|\b(?:college|school|schools|schule|academy|academic|education|educational|educacion|institute of technology|politecnic\w*|polytechnic)\b|^(?:SWITCH|GARR|RENATER|SURF B\.V\.|Jisc Services|Internet2|GEANT)/i
const GOVERNMENT_NAME =
  /\b(?:government|ministry|ministerio|ministère|minist[eé]re|municipality|parliament|senate|navy|air force|army|dod network|department of (?:defense|justice|state|the treasury)|federal (?:office|agency|bureau)|state of|county of|city of)\b/i
const MOBILE_NAME = /\b(?:mobile|mobil|cellular|wireless telecom\w*)\b/i
