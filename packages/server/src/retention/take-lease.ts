import type { Db } from '../storage/store.ts'

export interface Lease {
  name: string
  /** Drawn by each process when it starts. */
  holder: string
  forMs: number
}

/**
 * Takes a lease that nobody holds, by one atomic statement: of any number of processes one gets `true`, and no other before the lease expires. An expiry
 * further ahead than any lease lasts was written under a wrong clock and is ignored.
 */
export async function takeLease(db: Db, { name, holder, forMs }: Lease, at: number): Promise<boolean> {
  const row = await db.selectFrom('leases').select('expires_at').where('name', '=', name).executeTakeFirst()
  if (row !== undefined && row.expires_at > at && row.expires_at <= at + forMs) return false
  const taken = await db
    .insertInto('leases')
    .values({ name, holder, expires_at: at + forMs })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ holder, expires_at: at + forMs })
        .where(({ or, eb }) => or([eb('leases.expires_at', '<=', at), eb('leases.expires_at', '>', at + forMs)])),
    )
    .executeTakeFirst()
  return taken.numInsertedOrUpdatedRows === 1n
}
