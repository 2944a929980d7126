import { readFileSync } from 'node:fs'
import { mulberry32 } from '../../../bench/random.ts'
import type { IpIntelligence } from '../../server/src/ip/ip-intelligence.ts'
import { toAddress } from './draw.ts'

/**
 * Compares countries with another data set, given as CSV files of `first,last,country` with addresses as decimal numbers. IPv4 addresses are drawn
 * by size, IPv6 by block. Addresses without a network are left out: nobody comes from there.
 */
export function compareCountries(ip: IpIntelligence, v4Path: string, v6Path: string, seed: number, count: number): void {
  console.log('\n| country | drawn | the same | other | unknown | the same, in networks of people |\n|---|---|---|---|---|---|')
  for (const [version, path] of [
    [4, v4Path],
    [6, v6Path],
  ] as const) {
    const rows = readFileSync(path, 'utf8').trimEnd().split('\n')
    const random = mulberry32(seed)
    const tally = { drawn: 0, same: 0, unknown: 0, people: 0, samePeople: 0 }
    const sizes = version === 4 ? cumulated(rows) : undefined
    for (let at = 0; at < count; at += 1) {
      const row = sizes === undefined ? Math.floor(random() * rows.length) : find(sizes, random() * (sizes.at(-1) ?? 0))
      const [first = '0', last = '0', country = ''] = (rows[row] ?? '').split(',')
      const facts = ip.lookUp(
        toAddress(
          version,
          version === 4 ? [Math.floor(Number(first) + random() * (Number(last) - Number(first) + 1))] : wordsOf(BigInt(first)),
        ),
      )
      if (typeof facts.asn !== 'number' || facts.isPrivate) continue
      tally.drawn += 1
      const isSame = facts.countryCode === country
      if (isSame) tally.same += 1
      if (typeof facts.countryCode !== 'string') tally.unknown += 1
      if (facts.asnType === 'isp' || facts.asnType === 'mobile') {
        tally.people += 1
        if (isSame) tally.samePeople += 1
      }
    }
    const percent = (part: number, of: number) => `${((100 * part) / of).toFixed(2)} %`
    const { drawn, same, unknown, people, samePeople } = tally
    console.log(
      `| IPv${version} | ${drawn} | ${percent(same, drawn)} | ${percent(drawn - same - unknown, drawn)} | ${percent(unknown, drawn)} | ${percent(samePeople, people)} |`,
    )
  }
}

function cumulated(rows: readonly string[]): Float64Array {
  const sizes = new Float64Array(rows.length)
  let sum = 0
  rows.forEach((row, at) => {
    const [first, last] = row.split(',')
    sum += Number(last) - Number(first) + 1
    sizes[at] = sum
  })
  return sizes
}

function find(sizes: Float64Array, pick: number): number {
  let low = 0
  let high = sizes.length - 1
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sizes[middle] ?? 0) <= pick) low = middle + 1
    else high = middle
  }
  return low
}

function wordsOf(value: bigint): number[] {
  return [96n, 64n, 32n, 0n].map((bits) => Number((value >> bits) & 0xffff_ffffn))
}
