import { formatIp, type IpAddress, type IpRange, isInRange, parseIp, parseIpRange } from './ip-address.ts'

/**
 * A request as Node, Express, Fastify (`request.raw`), Koa (`ctx.req`) and Next hand it out, or a Fetch `Request` (or anything with `headers.get`).
 */
export interface RequestLike {
  headers: { get(name: string): string | null } | { [name: string]: string | string[] | undefined }
  socket?: { remoteAddress?: string | undefined } | null
}

export interface ClientIpOptions {
  /**
   * Who may speak for somebody else: addresses, ranges in CIDR notation, `loopback`, or `private` (RFC 1918, unique local, link-local, loopback).
   * Empty, the default: nobody, and the peer of the connection is the client.
   */
  trustedProxies?: readonly string[]
  /** The address of the connection's peer, where the request does not carry it (a Fetch `Request`). */
  peerAddress?: string
  /**
   * Says that nothing reaches this process but through a trusted proxy, so the peer need not be known. For platforms that hide it: Next route
   * handlers behind a reverse proxy, edge runtimes. Wrong, it lets every client choose its address.
   */
  isAlwaysProxied?: boolean
  /**
   * The header in which the proxies hand the address on. Default `x-forwarded-for`. A platform's own single-address header works too:
   * `{ header: 'cf-connecting-ip', isAlwaysProxied: true }` in a Cloudflare worker.
   */
  header?: string
}

const named: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1'],
  private: ['127.0.0.0/8', '::1', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7', 'fe80::/10'],
}

/**
 * The address the request came from, to be given to `track` as `ipAddress`; `undefined` when it can not be known.
 *
 * `X-Forwarded-For` is a list that anyone can write and every proxy appends to. It is read from the right: each hop that is a trusted proxy
 * vouches for the one before it, and the first that is not is the client. What stands left of that is never read; nor is the header, unless the
 * peer itself is trusted. An unreadable hop ends the reading with `undefined`: guessing further left would let the client choose.
 *
 * Throws a `TypeError` for a `trustedProxies` entry that is no address or range, or that trusts everybody (`0.0.0.0/0`).
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

/** One hop: an address, with a port or in brackets as some proxies write it, with a zone as sockets do. */
function parseHop(text: string): IpAddress | undefined {
  const trimmed = text.trim()
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed)
  if (bracketed) return parseIp(withoutZone(bracketed[1] ?? ''))
  const ipv4WithPort = /^([\d.]+):\d{1,5}$/.exec(trimmed)
  return parseIp(ipv4WithPort ? (ipv4WithPort[1] ?? '') : withoutZone(trimmed))
}

function withoutZone(text: string): string {
  return text.includes(':') ? text.replace(/%[\w.-]+$/, '') : text
}
