import type { Logger } from 'pino'
import type { Store } from '../storage/store.ts'

/**
 * When management keys were used. Kept in memory, so that no request waits for it, and stored every minute and when the server stops; a process that is killed
 * loses the last minute.
 */
export interface KeyUses {
  note(tenantId: string, keyHash: string): void
  /** The latest use of a key that is not stored yet, milliseconds UTC. */
  unsaved(keyHash: string): number | undefined
  /** Stores what was noted since the last time: one row for each key, however often it was used. */
  save(): Promise<void>
}

export interface KeyUsesDeps {
  store: Pick<Store, 'transaction'>
  log: Pick<Logger, 'warn'>
  clock: () => number
}

export function createKeyUses({ store, log, clock }: KeyUsesDeps): KeyUses {
  let noted = new Map<string, { tenantId: string; at: number }>()
  /** Being stored. */
  let saving: typeof noted = new Map()
  return {
    note: (tenantId, keyHash) => void noted.set(keyHash, { tenantId, at: clock() }),
    unsaved: (keyHash) => (noted.get(keyHash) ?? saving.get(keyHash))?.at,
    async save() {
      saving = noted
      noted = new Map()
      for (const [tenantId, uses] of Map.groupBy(saving, ([, use]) => use.tenantId)) {
        await store
          .transaction({ tenantId }, async ({ db }) => {
            for (const [keyHash, { at }] of uses) {
              await db
                .updateTable('api_keys')
                .set({ last_used_at: at })
                .where('key_hash', '=', keyHash)
                .where('tenant_id', '=', tenantId)
                // Another process may have stored a later use.
                .where((where) => where.or([where('last_used_at', 'is', null), where('last_used_at', '<', at)]))
                .execute()
            }
          })
          // The next use says as much.
          .catch((err: unknown) => log.warn({ err, tenantId }, 'the last use of API keys could not be stored'))
      }
      saving = new Map()
    },
  }
}
