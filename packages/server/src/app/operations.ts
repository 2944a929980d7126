import { createAuditOperations } from '../audit-search/audit-operations.ts'
import type { OperationTable } from '../control/operation.ts'
import { methods } from '../methods/methods.ts'
import { createDeparture, type DepartureDeps } from '../move/departure.ts'
import { createMoveOperations } from '../move/move-operations.ts'
import type { StoreGate } from '../storage/store-gate.ts'
import { createTenantOperations, type TenantOperationDeps } from '../tenants/tenant-operations.ts'
import { createArchiveOperations } from '../user-archive/archive-operations.ts'

/**
 * What an operator does to a store on the machine of the server, without a key. The command line does it itself, or asks the server that has the store.
 */
export function createOperations(deps: TenantOperationDeps) {
  return { ...createTenantOperations(deps), ...createArchiveOperations({ ...deps, methods }), ...createAuditOperations(deps) }
}

type Operations = ReturnType<typeof createOperations>
export type OperationName = keyof Operations
export type OperationResult<Name extends OperationName> = Awaited<ReturnType<Operations[Name]>>

export interface ServerOperationDeps extends Required<TenantOperationDeps> {
  /** The store without anything around it. */
  embedded: DepartureDeps['store']
  gate: StoreGate
  /** Stores other data that is only in memory. */
  save(): Promise<void>
}

/** These, and the operations for which a server is needed: they concern what is in its memory. */
export function createServerOperations(deps: ServerOperationDeps): OperationTable {
  const { embedded: store, gate, cipher, clock, newId, save, tenants } = deps
  const departure = createDeparture({
    store,
    gate,
    keyFingerprint: cipher.fingerprint,
    clock,
    newId,
    save,
    forgetTenant: tenants.invalidate,
  })
  return { ...createOperations(deps), ...createMoveOperations(departure) }
}
