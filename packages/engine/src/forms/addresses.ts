import { parseAddress, parseNetwork } from '../language/cidr.ts'

/** The address as signals write it: four decimal parts, or RFC 5952. `undefined`: the text is not one address. */
export function canonicalAddress(text: string): string | undefined {
  const address = parseAddress(text)
  return address === undefined ? undefined : address.width === 32 ? dotted(address.bits) : compressed(address.bits)
}

/** The address that a text means: with blanks, brackets, a zone or a port around it. */
export function addressMeant(text: string): string | undefined {
  const word = text.trim()
  const bare = /^\[(.+)\](:\d{1,5})?$/.exec(word)?.[1] ?? /^(\d+(?:\.\d+){3}):\d{1,5}$/.exec(word)?.[1] ?? word
  return canonicalAddress(bare.replace(/%.*$/, '').replace(/\/(32|128)$/, ''))
}

/** True for CIDR notation, not for a bare address. */
export function isNetwork(text: string): boolean {
  return text.includes('/') && parseNetwork(text) !== undefined
}

/** A part of an address as signals write it. `undefined`: no address has such a part. */
export function addressPart(text: string, at: 'start' | 'end' | 'within'): string | undefined {
  const lower = text.trim().toLowerCase()
  if (!/^[0-9a-f:.]*$/.test(lower) || (lower.includes(':') && lower.includes('.'))) return undefined
  // A group has no leading zeros. The first of a part may be the rest of a longer group, unless the address begins there.
  const groups = lower.replace(/([:.])0+(?=[0-9a-f])/g, '$1')
  // 6to4 and Teredo addresses are written as the IPv4 address inside.
  if (at === 'start' && /^(2002:|2001:(0?:|0$))/.test(groups)) return undefined
  return at === 'start' ? groups.replace(/^0+(?=[0-9a-f])/, '') : groups
}

function dotted(bits: bigint): string {
  const word = Number(bits)
  return [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255].join('.')
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`, the first of equally long ones. */
function compressed(bits: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(112 - 16 * i)) & 0xffffn))
  let start = -1
  let length = 1
  for (let i = 0; i < 8; i++) {
    let end = i
    while (end < 8 && groups[end] === 0) end++
    if (end - i > length) {
      start = i
      length = end - i
    }
  }
  const hex = groups.map((group) => group.toString(16))
  return start === -1 ? hex.join(':') : `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}
