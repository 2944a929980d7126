import { ApiError } from '../errors/api-error.ts'
import { type MoveMark, tenantMoved } from '../move/move-marks.ts'
import type { Store } from './store.ts'
import { wrapDb } from './straight-kysely.ts'
import { type StoreCall, wrapStore } from './wrap-store.ts'

/** What of a store is answered while, and after, it is moved away. Memory of one process. */
export interface WriteGate {
  /** Refuses whatever would write, until `open`. */
  hold(): void
  open(): void
  /** Aborted by the next `hold`: work that writes on its own stops. */
  untilHeld(): AbortSignal
  /** From now on the tenant, or everything, is somewhere else. */
  shut(mark: MoveMark): void
  /** It is here again. */
  reopen(tenantId: string | null): void
  refusalOfWrite(tenantId?: string): Error | undefined
  refusalOfRead(tenantId?: string): Error | undefined
}

const held = 'the server is being moved to another database, and takes changes again in a few seconds'

export function createWriteGate(): WriteGate {
  let isHeld = false
  let holding = new AbortController()
  let all: MoveMark | undefined
  const tenants = new Map<string, MoveMark>()

  function refusalOfRead(tenantId?: string): Error | undefined {
    if (all !== undefined) return new ApiError('unavailable', 'everything was moved to another server')
    if (tenantId === undefined || tenants.size === 0) return undefined
    const mark = tenants.get(tenantId)
    return mark && tenantMoved(mark)
  }

  return {
    hold() {
      isHeld = true
      holding.abort()
      holding = new AbortController()
    },
    open() {
      isHeld = false
    },
    untilHeld: () => holding.signal,
    shut(mark) {
      if (mark.tenantId === null) all = mark
      else tenants.set(mark.tenantId, mark)
    },
    reopen(tenantId) {
      if (tenantId === null) all = undefined
      else tenants.delete(tenantId)
    },
    refusalOfWrite(tenantId) {
      if (isHeld) return new ApiError('unavailable', held, { retryAfterSeconds: 2 })
      return refusalOfRead(tenantId)
    },
    refusalOfRead,
  }
}

/** The store behind a gate. */
export function gateStore(store: Store, gate: WriteGate): Store {
  const unless = <T>(refusal: Error | undefined, call: () => Promise<T>): Promise<T> =>
    refusal === undefined ? call() : Promise.reject(refusal)
  return wrapStore(
    store,
    (name, tenantId, call) => unless(writing.has(name) ? gate.refusalOfWrite(tenantId) : gate.refusalOfRead(tenantId), call),
    {
      db: wrapDb(store.db, ({ query }, execute) =>
        unless(query.kind === 'SelectQueryNode' ? gate.refusalOfRead() : gate.refusalOfWrite(), execute),
      ),
      forgetBefore: (at, signal) =>
        unless(gate.refusalOfWrite(), () => {
          const untilHeld = gate.untilHeld()
          return store.forgetBefore(at, signal === undefined ? untilHeld : AbortSignal.any([signal, untilHeld]))
        }),
    },
  )
}

const writing: ReadonlySet<StoreCall> = new Set(['decide', 'transaction', 'forgetBefore', 'checkReady'])
