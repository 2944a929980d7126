import type { Store } from '../storage/store.ts'

const keptMs = 90 * 24 * 60 * 60 * 1000

/** Erases requests that ended three months ago. The audit log still says what became of them. */
export async function purgeUnlearnings(store: Pick<Store, 'db'>, at: number): Promise<number> {
  const { numDeletedRows } = await store.db
    .deleteFrom('unlearnings')
    .where('state', '!=', 'running')
    .where('updated_at', '<', at - keptMs)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
