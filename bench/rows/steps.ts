import type { Profiler } from 'node:inspector'
import { keys, openBank, trackRequests } from '../bank.ts'
import { load } from '../http-load.ts'
import { startPeer } from '../peer-process.ts'
import { selfTimeByStep, trackSteps } from '../profile-steps.ts'
import type { BenchOptions, Measured } from '../row.ts'

/** Shows where the time of a track goes: profiles the server under load and counts each sample for the step whose code was running. */
export async function steps({ rounds, seconds, users }: BenchOptions): Promise<Measured> {
  const peer = await startPeer('sallyport-server.ts', [], keys)
  try {
    await openBank(peer, users)
    await load({ port: peer.port, connections: 64, seconds, nextRequest: trackRequests(users, 1) })
    await peer.ask({ type: 'startProfile' })
    const { requests } = await load({ port: peer.port, connections: 64, seconds: seconds * rounds, nextRequest: trackRequests(users, 2) })
    const { profile } = await peer.ask<{ profile: Profiler.Profile }>({ type: 'stopProfile' })
    const perRequest = selfTimeByStep(profile, trackSteps).map(([label, microseconds]) => ({ label, value: microseconds / requests }))
    const total = perRequest.reduce((sum, { value }) => sum + value, 0)
    return {
      rows: [],
      sections: [
        {
          title: 'Where the time of a track goes',
          text: `Sampled in the server under full load; ${total.toFixed(0)} µs a request on its main thread, without waiting.`,
          table: {
            head: ['step', 'µs', 'share'],
            rows: perRequest.map(({ label, value }) => [label, value.toFixed(1), `${((value / total) * 100).toFixed(0)} %`]),
          },
          plot: { kind: 'bars', file: 'track-steps', unit: 'µs', bars: perRequest },
        },
      ],
    }
  } finally {
    await peer.stop()
  }
}
