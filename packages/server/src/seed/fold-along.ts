import type { SearchingStore } from '../storage/searching-store.ts'

/** Steps between two requests: each makes a part of the index, and few large parts cost less than many small ones. */
const stepsApart = 4_000

/**
 * Has the read side folded while a history is written. Live traffic comes first, so that a store that is busy all the time folds at its end; here nobody else
 * waits, and another processor is free.
 */
export function foldAlong(store: Pick<SearchingStore, 'foldReadSide'>): { done(steps: number): void; end(): Promise<void> } {
  let next = stepsApart
  let underWay: Promise<void> | undefined
  return {
    done(steps) {
      if (steps < next || underWay !== undefined) return
      next = steps + stepsApart
      // What cannot be folded now is folded at the end, or by the next server.
      underWay = store.foldReadSide().catch(() => undefined)
      void underWay.then(() => {
        underWay = undefined
      })
    },
    /** Everything can be found. */
    async end() {
      await underWay
      await store.foldReadSide()
    },
  }
}
