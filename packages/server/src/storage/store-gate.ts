import { ApiError } from '../errors/api-error.ts'
import { type MoveMark, tenantMoved } from '../move/move-marks.ts'
import type { Store } from './store.ts'
import { guardStatements } from './straight-kysely.ts'

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
  return {
    kind: store.kind,
    db: guardStatements(store.db, ({ query }) => (query.kind === 'SelectQueryNode' ? gate.refusalOfRead() : gate.refusalOfWrite())),
    history: store.history,
    decide(request, decide) {
      const refusal = gate.refusalOfWrite(request.key.tenantId)
      return refusal === undefined ? store.decide(request, decide) : Promise.reject(refusal)
    },
    transaction: (scope, work) => unless(gate.refusalOfWrite(scope.tenantId), () => store.transaction(scope, work)),
    findInstance: (key) => unless(gate.refusalOfRead(key.tenantId), () => store.findInstance(key)),
    listInstances: (tenantId, userId, filter) => unless(gate.refusalOfRead(tenantId), () => store.listInstances(tenantId, userId, filter)),
    loadSnapshot: (tenantId, userId, entities) =>
      unless(gate.refusalOfRead(tenantId), () => store.loadSnapshot(tenantId, userId, entities)),
    forgetBefore: (at, signal) =>
      unless(gate.refusalOfWrite(), () => {
        const untilHeld = gate.untilHeld()
        return store.forgetBefore(at, signal === undefined ? untilHeld : AbortSignal.any([signal, untilHeld]))
      }),
    checkReady: () => unless(gate.refusalOfWrite(), () => store.checkReady()),
    close: () => store.close(),
  }
}
