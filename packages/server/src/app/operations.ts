import { type AdminOperationDeps, createAdminOperations } from '../admins/admin-operations.ts'
import { recordStoreEvent, storeEvent } from '../audit/record-store-event.ts'
import { createAuditOperations } from '../audit-search/audit-operations.ts'
import { type OperationTable, operation } from '../control/operation.ts'
import { methods } from '../methods/methods.ts'
import { createDeparture, type DepartureDeps } from '../move/departure.ts'
import { createMoveOperations } from '../move/move-operations.ts'
import type { StoreGate } from '../storage/store-gate.ts'
import { createTenantOperations, type TenantOperationDeps } from '../tenants/tenant-operations.ts'
import { createArchiveOperations } from '../user-archive/archive-operations.ts'
import type { RecentWarnings } from '../warnings/recent-warnings.ts'
import { type FindDoubtsDeps, findDoubts } from './find-doubts.ts'

/**
 * What an operator does to a store on the machine of the server, without a key. The command line does it itself, or asks the server that has the store.
 */
export function createOperations(deps: Omit<TenantOperationDeps, 'methods'> & AdminOperationDeps) {
  return {
    ...createTenantOperations({ ...deps, methods }),
    ...createAdminOperations(deps),
    ...createArchiveOperations({ ...deps, methods }),
    ...createAuditOperations(deps),
    recordStoreEvent: operation(storeEvent, (event) => recordStoreEvent(deps.store, deps.clock(), event)),
  }
}

type Operations = ReturnType<typeof createOperations>
export type OperationName = keyof Operations
export type OperationResult<Name extends OperationName> = Awaited<ReturnType<Operations[Name]>>

export interface ServerOperationDeps
  extends Required<Omit<TenantOperationDeps, 'ungated' | 'methods'> & Pick<AdminOperationDeps, 'config' | 'delivery'>> {
  /** The store without anything around it. */
  embedded: DepartureDeps['store'] & TenantOperationDeps['store']
  gate: StoreGate
  /** Where the server listens. */
  url: string
  warnings: Pick<RecentWarnings, 'save'>
  ip: FindDoubtsDeps['ip']
  /** Stores other data that is only in memory. */
  save(): Promise<void>
}

/** What a running server says of itself. */
export interface ServerStatus {
  url: string
  /** Why it cannot decide. `null`: it can. */
  problem: string | null
}

/** These, and the operations for which a server is needed: they concern what is in its memory. */
export function createServerOperations(deps: ServerOperationDeps): OperationTable {
  const { embedded: store, gate, cipher, clock, newId, save, tenants, url } = deps

  async function serverStatus(): Promise<ServerStatus> {
    return deps.store.checkReady().then(
      () => ({ url, problem: null }),
      (error: unknown) => ({ url, problem: error instanceof Error ? error.message : String(error) }),
    )
  }
  const departure = createDeparture({
    store,
    gate,
    keyFingerprint: cipher.fingerprint,
    clock,
    newId,
    save,
    forgetTenant: tenants.invalidate,
  })
  const doubts = async () => {
    await deps.warnings.save()
    return findDoubts({ ...deps, db: deps.store.db })
  }
  return { ...createOperations({ ...deps, ungated: store }), ...createMoveOperations(departure), serverStatus, findDoubts: doubts }
}
