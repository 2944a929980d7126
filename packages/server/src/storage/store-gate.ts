import { type Closure, listTenantClosures, toRefusal } from './closures.ts'
import type { Db } from './db.ts'
import type { Store } from './store.ts'
import { StoreClosedError } from './store-errors.ts'
import { wrapDb } from './straight-kysely.ts'
import { type StoreCall, wrapStore } from './wrap-store.ts'

/** Lets calls through to a store, or refuses them with `StoreClosedError`. Memory of one process. */
export interface StoreGate {
  /** Refuses everything that would write, with this reason, until `open`. */
  hold(reason: string, retryAfterSeconds: number): void
  open(): void
  /** Aborted by the next `hold`: work that writes on its own stops. */
  untilHeld(): AbortSignal
  /** From now on the tenant, or everything, is closed. */
  shut(closure: Pick<Closure, 'tenantId'>): void
  /** It is open again. */
  reopen(tenantId: string | null): void
  /** The tenant is being deleted, or was: nothing is read or written of it any longer, also not by requests under way. */
  shutDeleted(tenantId: string): void
  /** There is a new tenant of that id. */
  reopenDeleted(tenantId: string): void
  refusalOfWrite(tenantId?: string): Error | undefined
  refusalOfRead(tenantId?: string): Error | undefined
}

export function createStoreGate(): StoreGate {
  let held: { reason: string; retryAfterSeconds: number } | undefined
  let holding = new AbortController()
  let isShut = false
  const shutTenants = new Set<string>()
  const deletedTenants = new Set<string>()

  function refusalOfRead(tenantId?: string): Error | undefined {
    if (isShut) return toRefusal({ tenantId: null })
    if (tenantId === undefined) return undefined
    if (deletedTenants.has(tenantId)) return new StoreClosedError('the tenant was deleted')
    return shutTenants.has(tenantId) ? toRefusal({ tenantId }) : undefined
  }

  return {
    hold(reason, retryAfterSeconds) {
      held = { reason, retryAfterSeconds }
      holding.abort()
      holding = new AbortController()
    },
    open() {
      held = undefined
    },
    untilHeld: () => holding.signal,
    shut({ tenantId }) {
      if (tenantId === null) isShut = true
      else shutTenants.add(tenantId)
    },
    reopen(tenantId) {
      if (tenantId === null) isShut = false
      else shutTenants.delete(tenantId)
    },
    shutDeleted: (tenantId) => void deletedTenants.add(tenantId),
    reopenDeleted: (tenantId) => void deletedTenants.delete(tenantId),
    refusalOfWrite: (tenantId) => (held === undefined ? refusalOfRead(tenantId) : new StoreClosedError(held.reason, held)),
    refusalOfRead,
  }
}

/** A gate that refuses what is closed in the store. */
export async function loadStoreGate(db: Db): Promise<StoreGate> {
  const gate = createStoreGate()
  for (const closure of await listTenantClosures(db)) gate.shut(closure)
  return gate
}

const writing: ReadonlySet<StoreCall> = new Set(['decide', 'transaction', 'forgetBefore', 'forgetTenant', 'checkReady'])

/** The store behind a gate. */
export function gateStore(store: Store, gate: StoreGate): Store {
  const unless = <T>(refusal: Error | undefined, call: () => Promise<T>): Promise<T> =>
    refusal === undefined ? call() : Promise.reject(refusal)
  return wrapStore(
    store,
    (name, tenantId, call) => unless(writing.has(name) ? gate.refusalOfWrite(tenantId) : gate.refusalOfRead(tenantId), call),
    {
      db: wrapDb(store.db, ({ query }, execute) =>
        unless(query.kind === 'SelectQueryNode' ? gate.refusalOfRead() : gate.refusalOfWrite(), execute),
      ),
      forgetBefore: (at, signal, tenantId) =>
        unless(gate.refusalOfWrite(tenantId), () => {
          const untilHeld = gate.untilHeld()
          return store.forgetBefore(at, signal === undefined ? untilHeld : AbortSignal.any([signal, untilHeld]), tenantId)
        }),
    },
  )
}
