/**
 * Reads the text of an IPv6 address (RFC 4291 section 2.2, forms 1 and 2; an IPv4 tail has been turned into groups before) as four unsigned
 * 32-bit words. `null`: not an address.
 *
 * Written out because it stands on the path of every decision: `ipaddr.js`, which the tests hold it to, takes ten times as long.
 */
export function parseIpv6Groups(text: string): number[] | null {
  const groups: number[] = []
  let gap = -1
  let group = 0
  let digits = 0
  for (let at = 0; at <= text.length; at += 1) {
    const code = at === text.length ? COLON : text.charCodeAt(at)
    if (code !== COLON) {
      const digit = hexDigit(code)
      if (digit === -1 || digits === 4) return null
      group = group * 16 + digit
      digits += 1
      continue
    }
    if (digits > 0) {
      groups.push(group)
      if (groups.length > 8) return null
    } else if (at === text.length) {
      // The text ends in a colon: allowed only as the second half of `::`.
      if (gap !== groups.length || !text.endsWith('::')) return null
    } else if (at === 0) {
      if (text.charCodeAt(1) !== COLON) return null
    } else if (text.charCodeAt(at - 1) === COLON) {
      if (gap !== -1) return null
      gap = groups.length
    }
    group = 0
    digits = 0
  }
  if (gap === -1 ? groups.length !== 8 : groups.length > 7) return null
  return toWords(groups, gap)
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first of equals) as `::`. */
export function formatIpv6([a = 0, b = 0, c = 0, d = 0]: readonly number[]): string {
  const groups = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff, c >>> 16, c & 0xffff, d >>> 16, d & 0xffff]
  let from = -1
  let length = 1
  for (let at = 0; at < 8; at += 1) {
    let end = at
    while (end < 8 && groups[end] === 0) end += 1
    if (end - at > length) {
      from = at
      length = end - at
    }
    if (end > at) at = end
  }
  let text = ''
  for (let at = 0; at < 8; at += 1) {
    if (at === from) {
      text += '::'
      at += length - 1
    } else {
      text += text === '' || text.endsWith(':') ? hex(groups[at]) : `:${hex(groups[at])}`
    }
  }
  return text
}

const COLON = 58

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}

function hex(group: number | undefined): string {
  return (group ?? 0).toString(16)
}

/** Pairs of groups, with the zeros that `::` stands for. */
function toWords(groups: readonly number[], gap: number): number[] {
  const zeros = 8 - groups.length
  const groupAt = (at: number) => (gap === -1 || at < gap ? groups[at] : at < gap + zeros ? 0 : groups[at - zeros]) ?? 0
  return [0, 2, 4, 6].map((at) => groupAt(at) * 65_536 + groupAt(at + 1))
}
