/**
 * Reads the text of an IPv6 address (RFC 4291 section 2.2, forms 1 and 2) as four unsigned 32-bit words. The caller has already turned an
 * IPv4 tail into groups. `null`: not an address.
 *
 * Hand-written because every decision runs it: `ipaddr.js`, which the tests compare it with, takes ten times as long.
 */
export function parseIpv6Groups(text: string): number[] | null {
  const length = text.length
  let count = 0
  let gap = -1
  let group = 0
  let digits = 0
  for (let at = 0; at <= length; at += 1) {
    const code = at === length ? COLON : text.charCodeAt(at)
    if (code !== COLON) {
      const digit = hexDigit(code)
      if (digit === -1 || digits === 4) return null
      group = group * 16 + digit
      digits += 1
      continue
    }
    if (digits > 0) {
      if (count === 8) return null
      groups[count] = group
      count += 1
    } else if (at === length) {
      // The text ends in a colon: allowed only as the second half of `::`.
      if (gap !== count || !text.endsWith('::')) return null
    } else if (at === 0) {
      if (text.charCodeAt(1) !== COLON) return null
    } else if (text.charCodeAt(at - 1) === COLON) {
      if (gap !== -1) return null
      gap = count
    }
    group = 0
    digits = 0
  }
  if (gap === -1 ? count !== 8 : count > 7) return null
  if (gap !== -1) {
    groups.copyWithin(8 - count + gap, gap, count)
    groups.fill(0, gap, 8 - count + gap)
  }
  return [word(0), word(2), word(4), word(6)]
}

/** Scratch space for the groups of the address being read. Nothing in it outlives a call. */
const groups = new Uint16Array(8)

function word(at: number): number {
  return (groups[at] ?? 0) * 65_536 + (groups[at + 1] ?? 0)
}

/** Formats as RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first among equals) as `::`. */
export function formatIpv6(words: readonly number[]): string {
  let from = -1
  let length = 1
  let run = 0
  for (let at = 0; at < 8; at += 1) {
    run = groupOf(words, at) === 0 ? run + 1 : 0
    if (run > length) {
      from = at - run + 1
      length = run
    }
  }
  if (from === -1) return formatGroups(words, 0, 8)
  return `${formatGroups(words, 0, from)}::${formatGroups(words, from + length, 8)}`
}

function formatGroups(words: readonly number[], from: number, to: number): string {
  let text = ''
  for (let at = from; at < to; at += 1) text += at === from ? groupOf(words, at).toString(16) : `:${groupOf(words, at).toString(16)}`
  return text
}

function groupOf(words: readonly number[], at: number): number {
  const pair = words[at >>> 1] ?? 0
  return (at & 1) === 0 ? pair >>> 16 : pair & 0xffff
}

const COLON = 58

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  const letter = code | 32
  return letter >= 97 && letter <= 102 ? letter - 87 : -1
}
