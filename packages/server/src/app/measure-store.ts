import type { Metrics } from '../metrics/metrics.ts'
import type { Store } from '../storage/store.ts'

/** The store, with its decisions counted and its calls timed, from the call until what it changed is on disk. */
export function measureStore(store: Store, metrics: Metrics): Store {
  async function time<T>(operation: string, work: Promise<T>): Promise<T> {
    const startedAt = performance.now()
    try {
      return await work
    } finally {
      metrics.observeStore(operation, (performance.now() - startedAt) / 1000)
    }
  }
  return {
    kind: store.kind,
    db: store.db,
    history: store.history,
    async decide(request, decide) {
      const result = await time('decide', store.decide(request, decide))
      if (result.isNew) metrics.countDecision(result.instance.state)
      return result
    },
    transaction: (scope, work) => time('transaction', store.transaction(scope, work)),
    findInstance: (key) => time('find_instance', store.findInstance(key)),
    listInstances: (tenantId, userId, filter) => time('list_instances', store.listInstances(tenantId, userId, filter)),
    loadSnapshot: (tenantId, userId, entities) => time('load_snapshot', store.loadSnapshot(tenantId, userId, entities)),
    forgetBefore: (at, signal) => store.forgetBefore(at, signal),
    checkReady: () => store.checkReady(),
    close: () => store.close(),
  }
}
