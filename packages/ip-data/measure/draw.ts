import { createHash } from 'node:crypto'
import { mulberry32 } from '../../../bench/random.ts'
import type { ParsedAddress } from '../../server/src/addresses/parse-address.ts'
import { type CidrRange, contains } from '../../server/src/addresses/parse-cidr.ts'
import { formatIpv6 } from '../../server/src/addresses/parse-ipv6.ts'
import { describeNetwork } from '../../server/src/ip/asn-type.ts'
import type { AsnTable } from '../../server/src/ip/pack-asn.ts'

/** Which of the drawn addresses count. Curated tables and names are developed on one half, and the other half is reported. */
export type Half = 'develop' | 'report' | 'all'

/** One address in each range, at random, in the half that was asked for; at most `count`. */
export function drawFromRanges(ranges: readonly CidrRange[], half: Half, seed: number, count: number): ParsedAddress[] {
  const random = mulberry32(seed)
  return shuffled(ranges, random)
    .filter((range) => half === 'all' || isDevelop(lineOf(range)) === (half === 'develop'))
    .slice(0, count)
    .map(({ version, first, last }) =>
      toAddress(
        version,
        first.map((word, at) => word + Math.floor(random() * ((last[at] ?? 0) - word + 1))),
      ),
    )
}

/** Leaves out a share of the entries: single ones, or whole neighbourhoods (/24 or /48), as if they had come after the list was made. */
export function withoutShare(ranges: readonly CidrRange[], share: number, by: 'entry' | 'neighbourhood', seed: number): CidrRange[] {
  return ranges.filter((range) => fraction(by === 'entry' ? lineOf(range) : neighbourhoodOf(range), seed) >= share)
}

/** Ranges that do not lie in any of others. */
export function outside(ranges: readonly CidrRange[], others: readonly CidrRange[]): CidrRange[] {
  const byStart = new Map<string, CidrRange[]>()
  for (const other of others) {
    const key = neighbourhoodOf(other)
    byStart.set(key, [...(byStart.get(key) ?? []), other])
  }
  const touches = (range: CidrRange) =>
    (byStart.get(neighbourhoodOf(range)) ?? []).some(
      (other) => contains(other, toAddress(range.version, range.first)) || contains(range, toAddress(range.version, other.first)),
    )
  return ranges.filter((range) => !touches(range))
}

/** Addresses of networks that connect people, each network as often as it has addresses. */
export function drawPeople(
  table: AsnTable,
  version: 4 | 6,
  access: 'known' | 'likely',
  type: 'isp' | 'mobile',
  seed: number,
  count: number,
): ParsedAddress[] {
  const random = mulberry32(seed)
  const decoder = new TextDecoder()
  const { index } = table
  const starts = version === 4 ? index.v4Starts : index.v6Starts
  const values = version === 4 ? index.v4Values : index.v6Values
  const width = version === 4 ? 1 : 4
  const found: { start: number[]; size: number }[] = []
  values.forEach((value: number, at: number) => {
    const position = value - 1
    if (position === -1) return
    const name = decoder.decode(table.names.subarray(table.nameStarts[position], table.nameEnds[position]))
    const network = describeNetwork(table.numbers[position] ?? 0, name, table.v4Sizes[position] ?? 0)
    if (network.access !== access || network.type !== type) return
    const start = [...starts.slice(at * width, at * width + width)]
    const next = starts[(at + 1) * width] ?? 2 ** 32
    // Of an IPv6 block only the first 32 bits count: a /29 is drawn as often as eight /32.
    found.push({ start, size: Math.max(1, next - (start[0] ?? 0)) })
  })
  const total = found.reduce((sum, { size }) => sum + size, 0)
  const picks = Array.from({ length: count }, () => random() * total).sort((a, b) => a - b)
  const drawn: ParsedAddress[] = []
  let passed = 0
  let at = 0
  for (const pick of picks) {
    while (pick >= passed + (found[at]?.size ?? Number.POSITIVE_INFINITY)) passed += found[at++]?.size ?? 0
    const { start = [], size = 1 } = found[at] ?? {}
    const first = (start[0] ?? 0) + Math.floor(random() * (version === 4 || size > 1 ? size : 1))
    drawn.push(toAddress(version, [first, ...start.slice(1)]))
  }
  return drawn
}

export function toAddress(version: 4 | 6, words: readonly number[]): ParsedAddress {
  return { version, words, text: textOf(version, words) }
}

function textOf(version: 4 | 6, words: readonly number[]): string {
  const [a = 0] = words
  return version === 4 ? `${a >>> 24}.${(a >>> 16) & 255}.${(a >>> 8) & 255}.${a & 255}` : formatIpv6(words)
}

/** As in a list. */
export function lineOf({ version, first, prefix }: CidrRange): string {
  return `${textOf(version, first)}/${prefix}`
}

function neighbourhoodOf({ version, first }: CidrRange): string {
  return version === 4 ? `${(first[0] ?? 0) >>> 8}` : `${first[0]}:${(first[1] ?? 0) >>> 16}`
}

function isDevelop(text: string): boolean {
  return fraction(text, 0) < 0.5
}

function fraction(text: string, seed: number): number {
  return createHash('sha256').update(`${seed} ${text}`).digest().readUInt32BE() / 2 ** 32
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const copy = [...items]
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1))
    const item = copy[at] as T
    copy[at] = copy[other] as T
    copy[other] = item
  }
  return copy
}
