import { type EntityRef, entitiesOf } from '@sallyport/engine'
import type { Run, Statement } from '../packages/server/src/storage/postgres/connections.ts'
import { readSnapshots } from '../packages/server/src/storage/postgres/read-snapshots.ts'
import { inLockOrder, writeChanges } from '../packages/server/src/storage/postgres/write-changes.ts'
import { type BankEvent, bankEvents } from './bank-events.ts'

/** One statement of the server, with its values. */
export interface Recorded {
  statement: Statement
  values: readonly unknown[]
}

/** The two statements with which the server decides a batch: one reads, the other writes. */
export interface RecordedBatch {
  read: Recorded
  write: Recorded
}

/** Stored bodies of real users and instances, the same for every batch. */
export interface SampleBodies {
  ofUsers: readonly string[]
  ofInstances: readonly string[]
}

/** The first version of every entity. */
export const firstVersion = 0

/** Client `index` of `count` that send at the same moment. Each has its own users, so that no other client changes what its batches expect. */
export interface Share {
  index: number
  count: number
}

/**
 * Records batches of transfers as the server's own code sends them, each with other users and instances. A transfer of a known customer changes
 * the user's entity and only reads those of the device and the address. Each client sends its batches in the order of recording: `versions`
 * holds the version of each user after the batches before.
 */
export function recordBatches(
  batchSize: number,
  users: number,
  seed: number,
  samples: SampleBodies,
  versions: Map<string, number>,
): (share: Share) => Promise<RecordedBatch> {
  const next = bankEvents(users, seed)
  return async ({ index, count }) => {
    const events = new Map<string, BankEvent>()
    while (events.size < batchSize) {
      const event = next()
      if (userNumber(event) % count === index) events.set(event.userId, event)
    }
    return recordBatch([...events.values()], samples, versions)
  }
}

function userNumber({ userId }: BankEvent): number {
  return Number(userId.slice(userId.indexOf('-') + 1))
}

async function recordBatch(events: readonly BankEvent[], samples: SampleBodies, versions: Map<string, number>): Promise<RecordedBatch> {
  const wanted = events.map(({ userId, idempotencyKey }) => ({ userId, action: 'transfer', idempotencyKey }))
  const refs = new Map<string, EntityRef>()
  for (const { ipAddress, ...event } of events) {
    for (const ref of entitiesOf({ ...event, ip: { address: ipAddress } })) refs.set(`${ref.kind} ${ref.key}`, ref)
  }
  const createdAt = Date.now()
  const sampleOf = (bodies: readonly string[], index: number) => bodies[index % bodies.length] ?? '{}'
  const changed = [...refs.values()].filter(({ kind }) => kind === 'user').sort(inLockOrder)
  const entities = changed.map((ref, index) => {
    const version = versions.get(ref.key) ?? firstVersion
    versions.set(ref.key, version - 1)
    return { ref, version, body: sampleOf(samples.ofUsers, index) }
  })
  const instances = wanted.map((key, index) => ({ ...key, createdAt, body: sampleOf(samples.ofInstances, index) }))
  return {
    read: await record((run) => readSnapshots(run, 'bench', wanted, [...refs.values()])),
    write: await record((run) => writeChanges(run, 'bench', { entities, instances, users: [], devices: [] })),
  }
}

/** Records what `work` sends. No database answers. */
async function record(work: (run: Run) => Promise<unknown>): Promise<Recorded> {
  const sent: Recorded[] = []
  await work(async (statement, values) => {
    sent.push({ statement, values })
    return { rows: [], rowCount: 0 }
  })
  const [recorded] = sent
  if (recorded === undefined || sent.length !== 1) throw new Error(`${sent.length} statements were sent instead of one`)
  return recorded
}
