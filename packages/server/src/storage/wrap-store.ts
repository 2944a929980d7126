import type { Transaction } from './changing-store.ts'
import type { Store } from './store.ts'

/** The calls of a store that something can come around. */
export type StoreCall = Exclude<keyof Store, 'kind' | 'db' | 'history' | 'close'>

/** Makes a call, or does not. It knows which one it is and of which tenant; `undefined`: of all. */
export type AroundStore = <T>(name: StoreCall, tenantId: string | undefined, call: () => Promise<T>) => Promise<T>

/** A store with `around` around each of its calls. The members in `own` replace the wrapped ones: they do more than come around. */
export function wrapStore(store: Store, around: AroundStore, own: Partial<Store> = {}): Store {
  return {
    kind: store.kind,
    db: store.db,
    history: store.history,
    decide: (request, decide) => around('decide', request.key.tenantId, () => store.decide(request, decide)),
    transaction: (scope, work) => around('transaction', scope.tenantId, () => store.transaction(scope, work)),
    findInstance: (key) => around('findInstance', key.tenantId, () => store.findInstance(key)),
    listInstances: (tenantId, userId, filter) => around('listInstances', tenantId, () => store.listInstances(tenantId, userId, filter)),
    lastTracked: (tenantId) => around('lastTracked', tenantId, () => store.lastTracked(tenantId)),
    loadSnapshot: (tenantId, userId, entities) => around('loadSnapshot', tenantId, () => store.loadSnapshot(tenantId, userId, entities)),
    forgetBefore: (at, signal, tenantId) => around('forgetBefore', tenantId, () => store.forgetBefore(at, signal, tenantId)),
    forgetTenant: (tenantId, signal) => around('forgetTenant', tenantId, () => store.forgetTenant(tenantId, signal)),
    searchEvents: (tenantId, query) => around('searchEvents', tenantId, () => store.searchEvents(tenantId, query)),
    rollUps: (tenantId, query) => around('rollUps', tenantId, () => store.rollUps(tenantId, query)),
    ruleRollUps: (tenantId, query) => around('ruleRollUps', tenantId, () => store.ruleRollUps(tenantId, query)),
    foldReadSide: () => around('foldReadSide', undefined, () => store.foldReadSide()),
    readSideLagMs: () => around('readSideLagMs', undefined, () => store.readSideLagMs()),
    checkReady: () => around('checkReady', undefined, () => store.checkReady()),
    close: () => store.close(),
    ...own,
  }
}

/** The same for the calls of a transaction. */
export function wrapTransaction(
  tx: Transaction,
  around: <T>(call: () => Promise<T>) => Promise<T>,
  own: Partial<Transaction> = {},
): Transaction {
  return {
    db: tx.db,
    findInstance: (key) => around(() => tx.findInstance(key)),
    settle: (key, entities, settle) => around(() => tx.settle(key, entities, settle)),
    insertInstance: (instance, entities) => around(() => tx.insertInstance(instance, entities)),
    changeEntities: (tenantId, refs, change) => around(() => tx.changeEntities(tenantId, refs, change)),
    forgetUser: (tenantId, userId, traces) => around(() => tx.forgetUser(tenantId, userId, traces)),
    ...own,
  }
}
