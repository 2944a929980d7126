import type { Instance } from '@sallyport/engine'
import type { Metrics } from '../metrics/metrics.ts'
import type { Store } from '../storage/store.ts'
import { type AroundStore, type StoreCall, wrapStore } from '../storage/wrap-store.ts'

/** Names of the calls in the metrics. The others take as long as there is work, which says nothing. */
const measured: Readonly<Partial<Record<StoreCall, string>>> = {
  decide: 'decide',
  transaction: 'transaction',
  findInstance: 'find_instance',
  listInstances: 'list_instances',
  loadSnapshot: 'load_snapshot',
}

/** The store, with its decisions counted and its calls timed, from the call until what it changed is on disk. */
export function measureStore(store: Store, metrics: Metrics): Store {
  const time: AroundStore = async (name, _tenantId, call) => {
    const operation = measured[name]
    if (operation === undefined) return call()
    const startedAt = performance.now()
    try {
      return await call()
    } finally {
      metrics.observeStore(operation, (performance.now() - startedAt) / 1000)
    }
  }
  return wrapStore(store, time, {
    async decide(request, decide) {
      const result = await time('decide', request.key.tenantId, () => store.decide(request, decide))
      if (result.isNew) countDecision(metrics, result.instance)
      return result
    },
  })
}

function countDecision(metrics: Metrics, { tenantId, action, state, undeterminedRuleIds }: Instance): void {
  metrics.countDecision(state)
  if (state === 'CHALLENGE_REQUIRED') metrics.countChallenge('asked')
  for (const ruleId of undeterminedRuleIds) metrics.countUndetermined(tenantId, action, ruleId)
}
