import { openSqliteStore, type SqliteStoreOptions } from '../../src/storage/sqlite/open-sqlite-store.ts'
import { decideCounting, instanceEntities, instanceOf, recordTracked, requestOf, type Tracked } from './counting-decision.ts'

/** Options of a store that writes behind all the time, so that kills meet it at it. */
export function eagerOptions(dataDir: string): SqliteStoreOptions {
  return {
    dataDir,
    clock: () => 1_000,
    instanceEntities,
    recordTracked,
    entitiesPerCycle: 300,
    keysPerCycle: 500,
    keyParts: { fewest: 900, most: 2_000 },
  }
}

/** The nth occurrence that the writer tracks. */
export function trackedOf(n: number): Tracked {
  return {
    tenantId: 'one',
    userId: `user-${n % 700}`,
    action: 'transfer',
    idempotencyKey: `k${n}`,
    at: n,
    deviceId: `device-${n % 500}`,
    ipAddress: `192.0.2.${n % 200}`,
  }
}

/**
 * Decides from the `first` occurrence on, and settles every tenth, as fast as it can, until it is killed. Prints what was acknowledged, one a line:
 * `d` or `s` and the number. For the child process of a test.
 */
export async function writeUntilKilled(dataDir: string, first: number): Promise<void> {
  const store = await openSqliteStore(eagerOptions(dataDir))
  let next = first
  const work = async () => {
    for (;;) {
      const n = next++
      const tracked = trackedOf(n)
      await store.decide(requestOf(tracked), decideCounting(tracked))
      process.stdout.write(`d ${n}\n`)
      if (n % 10 !== 0) continue
      await store.transaction({ tenantId: 'one', userId: tracked.userId }, (tx) =>
        tx.settle(instanceOf(tracked), instanceEntities, (instance, { entities }) => ({
          instance: { ...instance, state: 'CHALLENGE_SUCCEEDED' },
          entities: { user: { ...entities.user, settled: Number(entities.user?.settled ?? 0) + 1 } },
        })),
      )
      process.stdout.write(`s ${n}\n`)
    }
  }
  await Promise.all(Array.from({ length: 64 }, work))
}
