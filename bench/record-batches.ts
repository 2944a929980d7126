import { type EntityRef, entitiesOf } from '@sallyport/engine'
import type { Run, Statement } from '../packages/server/src/storage/postgres/connections.ts'
import { readSnapshots } from '../packages/server/src/storage/postgres/read-snapshots.ts'
import { inLockOrder, writeChanges } from '../packages/server/src/storage/postgres/write-changes.ts'
import { type BankEvent, bankEvents } from './bank-events.ts'

/** One statement of the server with the values that it sends with it. */
export interface Recorded {
  statement: Statement
  values: readonly unknown[]
}

/** What the server sends to decide a batch: the statement that reads, and the one that writes. */
export interface RecordedBatch {
  read: Recorded
  write: Recorded
}

/** Bodies as they are stored, of real users and instances, for every batch the same. */
export interface SampleBodies {
  ofUsers: readonly string[]
  ofInstances: readonly string[]
}

/** The version that every entity has, before and after: so a recorded write always finds what it expects. */
export const constantVersion = 1

/**
 * Batches of transfers as the server's own code sends them, each of other users and instances. What a transfer of a known customer changes is the user's
 * entity; the device's and the address's are only read.
 */
export function recordBatches(batchSize: number, users: number, seed: number, samples: SampleBodies): () => Promise<RecordedBatch> {
  const next = bankEvents(users, seed)
  return async () => {
    const events = new Map<string, BankEvent>()
    while (events.size < batchSize) {
      const event = next()
      events.set(event.userId, event)
    }
    return recordBatch([...events.values()], samples)
  }
}

async function recordBatch(events: readonly BankEvent[], samples: SampleBodies): Promise<RecordedBatch> {
  const wanted = events.map(({ userId, idempotencyKey }) => ({ userId, action: 'transfer', idempotencyKey }))
  const refs = new Map<string, EntityRef>()
  for (const { ipAddress, ...event } of events) {
    for (const ref of entitiesOf({ ...event, ip: { address: ipAddress } })) refs.set(`${ref.kind} ${ref.key}`, ref)
  }
  const ordered = [...refs.values()].sort(inLockOrder)
  const createdAt = Date.now()
  const sampleOf = (bodies: readonly string[], index: number) => bodies[index % bodies.length] ?? '{}'
  let changed = 0
  const entities = ordered.map((ref) => ({
    ref,
    version: constantVersion,
    body: ref.kind === 'user' ? sampleOf(samples.ofUsers, changed++) : undefined,
  }))
  const instances = wanted.map((key, index) => ({ ...key, createdAt, body: sampleOf(samples.ofInstances, index) }))
  return {
    read: await record((run) => readSnapshots(run, 'bench', wanted, ordered)),
    write: await record((run) => writeChanges(run, 'bench', { entities, instances, users: [], devices: [] }, () => constantVersion)),
  }
}

/** What `work` sends. Nothing answers. */
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
