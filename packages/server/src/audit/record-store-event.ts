import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Store } from '../storage/store.ts'
import { systemActor } from './actor.ts'
import { insertAuditEntry, serverChain } from './insert-audit-entry.ts'

/** What an operator did to the whole store: copied it, filled it from a copy, rewrote it. */
export const storeEvent = z.object({
  event: z.enum(['store.backed_up', 'store.restored', 'store.compacted']),
  details: z.record(z.string(), z.union([z.string(), z.number()])),
})

export type StoreEvent = z.infer<typeof storeEvent>

/** Puts it on record in the chain of the server itself. */
export function recordStoreEvent(store: Pick<Store, 'transaction'>, at: number, { event, details }: StoreEvent): Promise<void> {
  const entry = { tenantId: serverChain, at, actor: systemActor('command line'), event, details }
  return store.transaction({ tenantId: '' }, ({ db }) => insertAuditEntry(db, randomUUID(), entry))
}
