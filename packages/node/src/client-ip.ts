import { formatIp, type IpAddress, type IpRange, isInRange, parseIp, parseIpRange } from './ip-address.ts'

/**
 * A request as Node, Express, Fastify (`request.raw`), Koa (`ctx.req`) and Next provide it, or a Fetch `Request` (or anything with `headers.get`).
 */
export interface RequestLike {
  headers: { get(name: string): string | null } | { [name: string]: string | string[] | undefined }
  socket?: { remoteAddress?: string | undefined } | null
}

export interface ClientIpOptions {
  /**
   * The proxies whose forwarded addresses are trusted: addresses, ranges in CIDR notation, `loopback`, or `private` (RFC 1918, unique local,
   * link-local, loopback). Empty, the default: none, and the peer of the connection is the client.
   */
  trustedProxies?: readonly string[]
  /** The address of the connection's peer, if the request does not contain it (a Fetch `Request`). */
  peerAddress?: string
  /**
   * States that every connection comes through a trusted proxy, so the peer need not be known. For platforms that hide the peer: Next route
   * handlers behind a reverse proxy, edge runtimes. If the statement is wrong, every client can choose its address.
   */
  isAlwaysProxied?: boolean
  /**
   * The header in which the proxies pass on the address. Default `x-forwarded-for`. A platform's own single-address header works too:
   * `{ header: 'cf-connecting-ip', isAlwaysProxied: true }` in a Cloudflare worker.
   */
  header?: string
}

const named: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1'],
  private: ['127.0.0.0/8', '::1', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
}

/**
 * Finds the client's address, for `ipAddress` of `track`. `undefined` when it cannot be known.
 *
 * `X-Forwarded-For` is a list that anyone can write and every proxy appends to. It is read from the right: each hop that is a trusted proxy
 * vouches for the hop before it, and the first hop that is not a trusted proxy is the client. Entries to the left of the client are never read,
 * and the header is read only if the peer itself is trusted. An unreadable hop gives `undefined`: reading on would let the client choose.
 *
 * Throws a `TypeError` for a `trustedProxies` entry that is not an address or range, or that trusts every address (`0.0.0.0/0`).
 */
export function clientIp(request: RequestLike, options: ClientIpOptions = {}): string | undefined {
  const trusted = (options.trustedProxies ?? []).flatMap(toRanges)
  const isTrusted = (address: IpAddress) => trusted.some((range) => isInRange(address, range))

  const peerText = options.peerAddress ?? request.socket?.remoteAddress
  const peer = peerText === undefined ? undefined : parseHop(peerText)
  if (options.isAlwaysProxied !== true && (peer === undefined || !isTrusted(peer))) return peer && formatIp(peer)

  let client = peer
  for (const hop of hopsFromTheRight(request, options.header ?? 'x-forwarded-for')) {
    client = parseHop(hop)
    if (client === undefined || !isTrusted(client)) break
  }
  return client && formatIp(client)
}

function toRanges(entry: string): IpRange[] {
  return (Object.hasOwn(named, entry) ? (named[entry] ?? []) : [entry]).map((text) => {
    const range = parseIpRange(text)
    if (range === undefined) throw new TypeError(`\`${text}\` in trustedProxies is not an address, a range, \`loopback\` or \`private\``)
    if (range.prefixLength === 0)
      throw new TypeError(`\`${text}\` in trustedProxies trusts everybody, so every client could choose its address`)
    return range
  })
}

function hopsFromTheRight(request: RequestLike, header: string): string[] {
  const value = readHeader(request, header)
  return value === undefined ? [] : value.split(',').reverse()
}

function readHeader({ headers }: RequestLike, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined
  const value = (headers as { [name: string]: string | string[] | undefined })[name.toLowerCase()]
  return Array.isArray(value) ? value.join(',') : value
}

/**
 * Reads one hop as the server does, so that both see the same client: an address, also with a port or in brackets, as some proxies write it, or with a zone
 * on a link-local address, as sockets do.
 */
function parseHop(text: string): IpAddress | undefined {
  const trimmed = text.replace(/^[ \t]+|[ \t]+$/g, '')
  const [, ipv4, ipv4Port] = /^([\d.]+)(?::(\d{1,5}))?$/.exec(trimmed) ?? []
  if (ipv4 !== undefined) return isPort(ipv4Port) ? parseIp(ipv4) : undefined
  const [, bracketed, port] = /^\[([^\]]*)\](?::(\d{1,5}))?$/.exec(trimmed) ?? []
  if (bracketed !== undefined && !isPort(port)) return undefined
  const ipv6 = bracketed ?? trimmed
  return ipv6.includes(':') ? parseIp(withoutZone(ipv6)) : undefined
}

function isPort(text: string | undefined): boolean {
  return text === undefined || Number(text) <= 65_535
}

/** A zone has a meaning only on a link-local address (RFC 4007). On any other it stays, and makes the text unreadable. */
function withoutZone(text: string): string {
  const [, address = '', zone] = /^([^%]*)%([\w.~-]{1,32})$/.exec(text) ?? []
  return zone !== undefined && /^fe[89ab][0-9a-f]:/i.test(address) ? address : text
}
