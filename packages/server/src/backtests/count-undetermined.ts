import type { PolicyDefinition } from '@sallyport/engine'
import type { Logger } from 'pino'
import { ApiError } from '../errors/api-error.ts'
import type { UndeterminedCount, WarnUndeterminedDeps } from '../rules/warn-undetermined.ts'
import type { HistoryWorkers } from './history-workers.ts'

/** Instances to look at, at most. */
const mostInstances = 500
/** A save does not wait longer than this for its warnings. */
const usualMostMs = 5000
const windowMs = 30 * 24 * 60 * 60 * 1000

export interface CountUndeterminedDeps {
  workers: Pick<HistoryWorkers, 'run'>
  clock: () => number
  log: Pick<Logger, 'warn'>
  mostMs?: number
}

/** Counts how often the rules of a policy would have been undetermined, over the last instances of its action. */
export function undeterminedCounter(deps: CountUndeterminedDeps): WarnUndeterminedDeps['countUndetermined'] {
  return (tenantId, policy) => countUndetermined(deps, tenantId, policy)
}

async function countUndetermined(
  { workers, clock, log, mostMs = usualMostMs }: CountUndeterminedDeps,
  tenantId: string,
  policy: PolicyDefinition,
): Promise<UndeterminedCount | undefined> {
  const to = clock()
  const job = { kind: 'undetermined', tenantId, action: policy.action, from: to - windowMs, to, policy, mostInstances } as const
  try {
    const counted = await workers.run<'undetermined'>(job, { signal: AbortSignal.timeout(mostMs) })
    return counted.instances === 0 ? undefined : counted
  } catch (err) {
    // The save itself went well and must not look refused. Busy or too slow is no fault; `doctor` shows later what could not be determined.
    if (!(err instanceof ApiError)) log.warn({ err, tenantId }, 'recent events could not be measured')
    return undefined
  }
}
