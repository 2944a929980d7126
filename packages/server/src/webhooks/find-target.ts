import { isIP } from 'node:net'
import { type ParsedAddress, parseAddress } from '../addresses/parse-address.ts'
import { contains, parseCidr } from '../addresses/parse-cidr.ts'
import { isSpecialPurpose } from '../ip/special-purpose.ts'

/** All addresses of a host name. */
export type ResolveHost = (host: string) => Promise<readonly string[]>

/** Where a call goes: the URL with the address that was checked (WH-01). */
export interface Target {
  url: URL
  address: string
}

/**
 * Why a URL can never be called. A name is not resolved here, because it may resolve to something else later: `findTarget` looks at the addresses each
 * time.
 */
export function problemOfWebhookUrl(text: string, networks: readonly string[]): string | undefined {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'is not an https URL'
  if (url.username !== '' || url.password !== '') return 'must not contain a user name or password'
  const host = hostOf(url)
  const addresses = isIP(host) !== 0 ? [host] : /(^|\.)localhost\.?$/i.test(host) ? ['127.0.0.1', '::1'] : []
  const isRefused = addresses.length > 0 && addresses.every((address) => problemOfAddress(url, address, networks) !== undefined)
  if (isRefused) return problemOfAddress(url, addresses[0] as string, networks)
  if (url.protocol === 'http:' && networks.length === 0) return 'must begin with `https:`'
  return undefined
}

/** Resolves the host and takes its first address. Refuses the call when any of its addresses must not be called. */
export async function findTarget(text: string, networks: readonly string[], resolve: ResolveHost): Promise<Target> {
  const problem = problemOfWebhookUrl(text, networks)
  if (problem !== undefined) throw new Error(`the URL ${problem}`)
  const url = new URL(text)
  const host = hostOf(url)
  const addresses = isIP(host) !== 0 ? [host] : await resolve(host)
  const [first] = addresses
  if (first === undefined) throw new Error('the host has no address')
  for (const address of addresses) {
    const refused = problemOfAddress(url, address, networks)
    if (refused !== undefined) throw new Error(`the URL ${refused}`)
  }
  return { url, address: first }
}

function problemOfAddress(url: URL, text: string, networks: readonly string[]): string | undefined {
  const address = parseAddress(text)
  if (address === null) return `has a host whose address \`${text}\` cannot be read`
  if (isAllowed(address, networks)) return undefined
  if (isSpecialPurpose(address)) return 'has a host in a private network, which `SALLYPORT_WEBHOOK_NETWORKS` does not allow'
  return url.protocol === 'http:' ? 'must begin with `https:`' : undefined
}

function isAllowed(address: ParsedAddress, networks: readonly string[]): boolean {
  return networks.some((network) => {
    const range = parseCidr(network)
    return range !== null && contains(range, address)
  })
}

/** The host as a resolver or a socket takes it: an IPv6 address without its brackets. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}
