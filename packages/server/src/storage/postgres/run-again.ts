import { MAX_REPLANS } from './connections.ts'
import { pauseBeforeRetry } from './pause-before-retry.ts'
import { ConnectionError, isConflict, OutdatedPlanError } from './postgres-errors.ts'
import { UnlearntTextsError } from './shared-dictionary.ts'

/** Times that work runs again because others changed the same. */
const MAX_CONFLICTS = 8
/** Times that work which runs again may come upon texts without a number. */
const MAX_LESSONS = 8

export interface RunAgainOptions {
  /** Times that the connection may be lost on the way. 0 for work that may have happened when it is lost. */
  maxLosses: 0 | 1
  /** Gives numbers to texts, for work that may come upon new ones. */
  learn?(texts: readonly string[]): Promise<void>
}

/**
 * Runs `work` until it passes. It runs again, from its start, after a conflict, where a connection has old plans, when it needs texts that have to get a
 * number first, and when the connection was lost. Throws the last error when that does not help.
 *
 * `work` gets the number of conflicts so far.
 */
export async function runAgain<T>(work: (conflicts: number) => Promise<T>, { maxLosses, learn }: RunAgainOptions): Promise<T> {
  let conflicts = 0
  let losses = 0
  let replans = 0
  let lessons = 0
  let unlearnt: readonly string[] = []
  for (;;) {
    try {
      if (unlearnt.length > 0) await learn?.(unlearnt)
      unlearnt = []
      return await work(conflicts)
    } catch (error) {
      if (isConflict(error) && conflicts < MAX_CONFLICTS) await pauseBeforeRetry(conflicts++)
      else if (error instanceof ConnectionError && losses < maxLosses) losses += 1
      else if (error instanceof OutdatedPlanError && replans < MAX_REPLANS) replans += 1
      else if (error instanceof UnlearntTextsError && lessons++ < MAX_LESSONS) unlearnt = error.texts
      else throw error
    }
  }
}
