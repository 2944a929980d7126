import type { Store } from '../storage/store.ts'

const keptMs = 90 * 24 * 60 * 60 * 1000

/** Erases proposals that were closed, or have expired, three months ago. The audit log still says what became of them. */
export async function purgeProposals(store: Pick<Store, 'db'>, at: number): Promise<number> {
  const { numDeletedRows } = await store.db
    .deleteFrom('proposals')
    .where((where) => where(where.fn.coalesce('closed_at', 'expires_at'), '<', at - keptMs))
    .executeTakeFirst()
  return Number(numDeletedRows)
}
