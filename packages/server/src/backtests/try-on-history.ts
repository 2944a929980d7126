import type { Logger } from 'pino'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { DraftOnTrial } from '../proposals/create-proposal.ts'
import { toBacktestJson } from './backtest-json.ts'
import type { HistoryWorkers } from './history-workers.ts'

/** Nobody waits longer than this for an answer that is not about figures. */
const usualMostMs = 5000
const windowMs = 30 * 24 * 60 * 60 * 1000

export interface TryOnHistoryDeps {
  workers: Pick<HistoryWorkers, 'run'>
  clock: () => number
  log: Pick<Logger, 'warn'>
  mostMs?: number
}

/**
 * A backtest of the last thirty days against the policy in force, for whoever has to judge a change. Without the single events that it would decide otherwise:
 * it is kept, and they belong to users.
 */
export function historyTrial({ workers, clock, log, mostMs = usualMostMs }: TryOnHistoryDeps) {
  return async (tenant: Tenant, { definition, lists, features }: DraftOnTrial): Promise<Record<string, unknown> | undefined> => {
    const action = tenant.actions.get(definition.action)
    if (action === undefined) return undefined
    const to = clock()
    const window = { from: to - windowMs, to }
    const job = {
      kind: 'backtest',
      tenantId: tenant.tenantId,
      action: definition.action,
      ...window,
      draft: { ...definition, version: 0 },
      inForce: action.definition,
      configVersion: tenant.configVersion,
      draftLists: lists,
      deriveFeatures: features,
    } as const
    try {
      const result = await workers.run<'backtest'>(job, { signal: AbortSignal.timeout(mostMs) })
      if (result.instances === 0) return undefined
      const { flips: _, signals: _1, days: _2, ...counted } = toBacktestJson(result, { ...window, warnings: [], notes: [] })
      return counted
    } catch (err) {
      // Too busy or too slow is no fault, and a proposal can be judged without figures.
      if (!(err instanceof ApiError)) log.warn({ err, tenantId: tenant.tenantId }, 'a proposal could not be tried on history')
      return undefined
    }
  }
}
