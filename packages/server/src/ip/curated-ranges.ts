import { type CidrRange, parseCidr } from '../addresses/parse-cidr.ts'
import type { Feed } from './feeds.ts'
import { readCurated } from './read-curated.ts'

const PURPOSES = ['tor', 'vpn', 'gateway', 'resolver'] as const

/** A range of addresses whose purpose is that of its users rather than of the network it is announced in. */
export interface CuratedRange {
  range: CidrRange
  /** `resolver`: a public DNS resolver, at the same address in many places (anycast). The others are kinds of lists. */
  purpose: (typeof PURPOSES)[number]
  /** What it is. */
  comment: string
}

/**
 * Ranges that one operator of Tor exits, VPNs or gateways uses in the network of somebody else, or that no network in the ASN data set announces
 * (`curated/ranges.csv`). Each holds for years: single exits belong in lists.
 */
export const curatedRanges: readonly CuratedRange[] = readCurated('ranges.csv', ['range', 'purpose', 'comment']).map((row) => {
  const range = parseCidr(row.range)
  const purpose = PURPOSES.find((one) => one === row.purpose)
  if (range === null) throw new RangeError(`ranges.csv: \`${row.range}\` is not a range`)
  if (purpose === undefined) throw new RangeError(`ranges.csv: \`${row.purpose}\` is not a purpose`)
  return { range, purpose, comment: row.comment }
})

export interface CuratedRangeFeed {
  feed: Feed
  ranges: CidrRange[]
}

/** The ranges as lists, one for each kind. */
export function curatedRangeFeeds(): CuratedRangeFeed[] {
  return PURPOSES.flatMap((purpose) => {
    if (purpose === 'resolver') return []
    const ranges = curatedRanges.filter((one) => one.purpose === purpose).map(({ range }) => range)
    return [{ feed: feedOf(purpose), ranges }]
  })
}

function feedOf(kind: 'tor' | 'vpn' | 'gateway'): Feed {
  return {
    name: `ranges-${kind}`,
    kind,
    lists: 'addresses',
    url: null,
    isComplete: false,
    minimumEntries: 0,
    source: 'Sallyport',
    licence: 'Apache-2.0',
  }
}
