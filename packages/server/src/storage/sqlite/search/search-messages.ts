import type { EventQuery, RollUpQuery } from '../../searching-store.ts'
import type { RollUpRow } from './read-roll-ups.ts'
import type { RowPage } from './search-events.ts'

/** What the thread that searches is asked. */
export type SearchRequest = { id: number; tenantId: string } & (
  | { kind: 'events'; query: EventQuery }
  | { kind: 'rollUps' | 'ruleRollUps'; query: RollUpQuery<string> }
)

/** What it answers. */
export type SearchAnswer =
  | { id: number; page: RowPage }
  | { id: number; counts: RollUpRow[] }
  | {
      id: number
      failure: {
        message: string
        /** SQLite's, when it is its error. */
        code: number | undefined
      }
    }
