import { statSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { keys, trackRequests } from '../bank.ts'
import { filledStore } from '../filled-store.ts'
import { describeGrowth } from '../growth-law.ts'
import { load } from '../http-load.ts'
import { inTurns, median, toRow } from '../in-turns.ts'
import { type PeerProcess, startPeer } from '../peer-process.ts'
import type { BenchOptions, Measured } from '../row.ts'

/** The number of users is the same in every store, so only their history grows. */
const users = 5_000
const few = { instances: 10_000, rules: 20 }
const manyRules = 500

/**
 * Measures `track` over HTTP on a store with a long history and many rules, against a store with a short history and few rules. The API
 * accepts 100 rules for an action; the 500 rules are written into the stored policy.
 */
export async function growth({ rounds, seconds, instances }: BenchOptions): Promise<Measured> {
  const sizes = [few.instances, ...[100_000, 1_000_000].filter((size) => size < instances), instances]
  const peers: PeerProcess[] = []
  try {
    const bytes = new Map<number, number>()
    for (const size of sizes) {
      const folder = filledStore(size, users)
      bytes.set(size, bytesPerInstance(path.join(folder, 'sallyport.db')))
      peers.push(await startPeer('sallyport-server.ts', [folder], keys))
    }
    const [shortest, longest] = [peers[0], peers.at(-1)]
    if (shortest === undefined || longest === undefined) throw new Error('there are no stores to measure')
    await longest.ask({ type: 'setPolicy', action: 'transfer-large', rules: manyRules })
    const cpu: Record<string, number[]> = {}
    let seed = Date.now() % 1_000_000_000
    async function turn(name: string, peer: PeerProcess, action: string): Promise<number> {
      seed++
      const before = await peer.usage()
      const { requests, rate } = await load({ port: peer.port, connections: 64, seconds, nextRequest: trackRequests(users, seed, action) })
      const after = await peer.usage()
      cpu[name] = [...(cpu[name] ?? []), (after.cpu - before.cpu) / requests]
      return rate
    }
    const contenders: Record<string, () => Promise<number>> = {}
    for (const [index, peer] of peers.entries()) {
      const name = String(sizes[index])
      contenders[name] = () => turn(name, peer, 'transfer')
    }
    contenders.large = () => turn('large', longest, 'transfer-large')
    const rates = await inTurns(rounds, contenders)
    // The first figure comes from the warm-up round.
    const cost = (name: string | number) => median(cpu[name]?.slice(1) ?? [])
    const rateOf = (name: string | number) => rates[name] ?? []
    const points = sizes.map((size) => [size, cost(size)] as const)
    const law = sizes.length < 3 ? '' : ` ${describeGrowth('stored instances', points)}`
    const [many, short] = [instances.toLocaleString('en'), few.instances.toLocaleString('en')]
    return {
      rows: [
        toRow(
          {
            name: `\`track\`, ${many} stored instances, ${manyRules} rules`,
            peer: `${short} instances, ${few.rules} rules`,
            unit: 'requests/s',
            atLeast: 0.85,
            note: `processor time a request ${cost('large').toFixed(0)} µs against ${cost(few.instances).toFixed(0)} µs`,
          },
          rateOf('large'),
          rateOf(few.instances),
        ),
        toRow(
          {
            name: `\`track\`, ${many} stored instances, ${few.rules} rules`,
            peer: `${short} instances, ${few.rules} rules`,
            unit: 'requests/s',
          },
          rateOf(instances),
          rateOf(few.instances),
        ),
      ],
      sections: [
        {
          title: 'Cost of a decision by stored history',
          text: `${users.toLocaleString('en')} users, ${few.rules} rules; processor time of the server per request, and bytes on disk per instance with everything that belongs to it.${law}`,
          table: {
            head: ['stored instances', 'µs a request', 'requests/s', 'bytes an instance'],
            rows: sizes.map((size) => [
              size.toLocaleString('en'),
              cost(size).toFixed(0),
              median(rateOf(size)).toFixed(0),
              (bytes.get(size) ?? Number.NaN).toFixed(0),
            ]),
          },
          plot: {
            kind: 'lines',
            file: 'growth',
            x: 'stored instances',
            y: 'µs a request',
            lines: [{ label: 'track', points }],
          },
        },
      ],
    }
  } finally {
    for (const peer of peers) await peer.stop()
  }
}

/** Counts the instances, because earlier runs have added to those the store was filled with. */
function bytesPerInstance(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true })
  const stored = Number(database.prepare('SELECT count(*) AS stored FROM instances').get()?.stored)
  database.close()
  return statSync(file).size / stored
}
