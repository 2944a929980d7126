import type { SearchingStore } from '../searching-store.ts'

const refuse = () => Promise.reject(new Error('this store has no read side yet'))

/** Until the store has one. */
export const noReadSide: SearchingStore = {
  searchEvents: refuse,
  rollUps: refuse,
  ruleRollUps: refuse,
  foldReadSide: () => Promise.resolve(),
  readSideLagMs: () => Promise.resolve(0),
}
