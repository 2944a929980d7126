import path from 'node:path'
import { parseAddress } from '../../packages/server/src/addresses/parse-address.ts'
import { openIpIntelligence } from '../../packages/server/src/ip/open-ip-intelligence.ts'
import { inTurns, median } from '../in-turns.ts'
import { mulberry32 } from '../random.ts'
import type { BenchOptions, Section } from '../row.ts'
import { writeAddressList } from '../write-address-list.ts'
import { costTable } from './cost-table.ts'

const addressCount = 20_000
const repeats = 5

/**
 * The processor time to look up an address as the number of listed ranges grows, from the text to all facts, as in a track. The shipped data
 * are loaded too.
 */
export async function costOfIpRanges(folder: string, { rounds, instances }: BenchOptions): Promise<Section> {
  const sizes = [0, 1_000, 10_000, 100_000, ...(instances > 100_000 ? [1_000_000] : [])]
  const addresses = randomAddresses()
  const contenders: Record<string, () => number> = {}
  for (const size of sizes) {
    const dataDir = path.join(folder, `ip-${size}`)
    if (size > 0) writeAddressList(path.join(dataDir, 'ip'), size)
    const ip = await openIpIntelligence({ dataDir, clock: Date.now })
    const listed = ip
      .dataSets()
      .reduce((sum, { name, state, entries }) => (state === 'current' && name.startsWith('x4bnet') ? sum + entries : sum), 0)
    if (listed < size / 2) throw new Error(`of ${size} ranges ${listed} are in use`)
    contenders[size] = () => {
      const before = process.cpuUsage()
      let found = 0
      for (let repeat = 0; repeat < repeats; repeat++) {
        for (const text of addresses) {
          const address = parseAddress(text)
          if (address !== null && ip.lookUp(address, {}) !== null) found++
        }
      }
      if (found === 0) throw new Error('nothing was found')
      return process.cpuUsage(before).user / (repeats * addresses.length)
    }
  }
  const figures = await inTurns(rounds, contenders)
  return costTable({
    title: 'Cost of a look-up by listed IP ranges',
    what: 'listed ranges',
    measured: 'The look-up alone, from the text of an address to all facts, with the shipped data as well; random addresses.',
    file: 'cost-ip-ranges',
    per: 'a look-up',
    points: sizes.map((size) => [size, median(figures[size] ?? [])]),
  })
}

function randomAddresses(): string[] {
  const random = mulberry32(5)
  const byte = () => Math.floor(random() * 256)
  return Array.from(
    { length: addressCount },
    () => `${1 + Math.floor(random() * 222)}.${byte()}.${byte()}.${1 + Math.floor(random() * 254)}`,
  )
}
