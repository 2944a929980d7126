import { embeddedIpv4 } from './embedded-ipv4.ts'
import { formatIpv6, parseIpv6Groups } from './parse-ipv6.ts'

/** One parsed IP address. Only `parseAddress` makes it, so `text` is always canonical. */
export interface ParsedAddress {
  /** Canonical text: dotted decimal, or RFC 5952 for IPv6. */
  readonly text: string
  readonly version: 4 | 6
  /** Unsigned 32-bit words, most significant first: one for IPv4, four for IPv6. */
  readonly words: readonly number[]
}

/** The longest accepted text: a full IPv6 address with an embedded IPv4 tail, brackets, zone and port. */
const MAX_LENGTH = 80

/**
 * Reads one address as a proxy or a socket writes it.
 *
 * Accepts: dotted decimal; IPv6 in any RFC 4291 form; either with a port (`192.0.2.1:443`, `[2001:db8::1]:443`); IPv6 in brackets; a zone id
 * on a link-local address (dropped); spaces and tabs around it. An IPv6 address that stands for an IPv4 address becomes that one (see
 * `embeddedIpv4`), so that another spelling cannot evade a list or data set.
 *
 * Returns `null` for everything else, above all for text that programs read differently: leading zeros (octal to some), hexadecimal, one,
 * two or three parts, a bare number, digits that are not ASCII.
 */
export function parseAddress(text: string): ParsedAddress | null {
  if (text.length > MAX_LENGTH) return null
  const trimmed = trimBlanks(text)
  const word = parseIpv4(trimmed)
  if (word !== null) return ipv4(word)
  return parseIpv6(trimmed)
}

/** The IPv4 address with the value of an unsigned 32-bit number. */
export function ipv4(word: number): ParsedAddress {
  return { text: dottedDecimal(word), version: 4, words: [word] }
}

/** Reads strict dotted decimal, optionally with `:port`. `null` for anything else. */
function parseIpv4(text: string): number | null {
  const length = text.length
  if (length < 7) return null
  let word = 0
  let octet = -1
  let dots = 0
  let at = 0
  for (; at < length; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) {
      if (octet === 0) return null // a leading zero
      octet = octet === -1 ? code - 48 : octet * 10 + code - 48
      if (octet > 255) return null
    } else if (code === 46) {
      if (octet === -1 || dots === 3) return null
      word = word * 256 + octet
      octet = -1
      dots += 1
    } else if (code === 58 && dots === 3 && isPort(text.slice(at + 1))) {
      break
    } else {
      return null
    }
  }
  return dots === 3 && octet !== -1 ? word * 256 + octet : null
}

function parseIpv6(text: string): ParsedAddress | null {
  const words = parseIpv6Words(text)
  if (words === null) return null
  const embedded = embeddedIpv4(words)
  return embedded === null ? { text: formatIpv6(words), version: 6, words } : ipv4(embedded)
}

/** Reads an IPv6 address as it is written, whatever it stands for. */
export function parseIpv6Words(text: string): number[] | null {
  const bare = withoutBrackets(text)
  if (bare === null) return null
  const percent = bare.indexOf('%')
  const groups = withHexTail(percent === -1 ? bare : bare.slice(0, percent))
  const words = groups === null ? null : parseIpv6Groups(groups)
  if (words === null) return null
  return percent !== -1 && !isZoned(words, bare.slice(percent + 1)) ? null : words
}

/** Removes the brackets and the port from `[address]` and `[address]:port`. */
function withoutBrackets(text: string): string | null {
  if (!text.startsWith('[')) return text
  const end = text.indexOf(']')
  if (end === -1) return null
  const rest = text.slice(end + 1)
  return rest === '' || (rest.startsWith(':') && isPort(rest.slice(1))) ? text.slice(1, end) : null
}

/** Turns an IPv4 tail (`::ffff:192.0.2.1`) into two groups, reading dotted decimal strictly. */
function withHexTail(text: string): string | null {
  if (!text.includes('.')) return text
  const colon = text.lastIndexOf(':')
  const tail = text.slice(colon + 1)
  const word = tail.includes(':') ? null : parseIpv4(tail)
  if (colon === -1 || word === null) return null
  return `${text.slice(0, colon + 1)}${(word >>> 16).toString(16)}:${(word & 0xffff).toString(16)}`
}

/** A zone has a meaning only on the machine that wrote it, and only for link-local addresses (RFC 4007). */
function isZoned(words: readonly number[], zone: string): boolean {
  return ((words[0] ?? 0) & 0xffc00000) >>> 0 === 0xfe800000 && /^[0-9a-z._~-]{1,32}$/i.test(zone)
}

function isPort(text: string): boolean {
  return /^[0-9]{1,5}$/.test(text) && Number(text) <= 65_535
}

function dottedDecimal(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`
}

function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start += 1
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9
}
