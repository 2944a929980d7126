import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Instance } from '@sallyport/engine'
import { decodeInstance } from '../../instance-row.ts'
import type { EventPage, SearchingStore } from '../../searching-store.ts'
import { UnknownPlaceError } from '../../store-errors.ts'
import type { GroupCommit } from '../group-commit.ts'
import type { SqliteState } from '../sqlite-state.ts'
import { createFoldingThread } from './folding-thread.ts'
import { isPlace, type RowPage } from './search-events.ts'
import { type Answered, createSearchingThread, type Question } from './searching-thread.ts'

/** Instances that are decoded before others get their turn. */
const DECODED_PER_TURN = 100

export interface ReadSide extends SearchingStore {
  /** A group is on disk. Never throws. */
  committed(): void
  stop(): Promise<void>
}

/**
 * The read side of the embedded store: a file of its own beside the database, which one thread folds the log into, and another one searches. The thread that
 * decides only says that there is something to fold, a few times a second.
 */
export function createReadSide(parts: SqliteState, commits: GroupCommit, databasePath: string, startAfterCommit?: number): ReadSide {
  const folder = createFoldingThread(parts, commits, databasePath, startAfterCommit)
  const searcher = createSearchingThread(databasePath, folder)

  async function ask<Kind extends Answered>(question: Question): Promise<Kind> {
    await folder.ready()
    return (await searcher.ask(question)) as Kind
  }

  return {
    committed: folder.committed,
    async stop() {
      await searcher.stop()
      await folder.stop()
    },
    async searchEvents(tenantId, query) {
      if (query.after !== undefined && !isPlace(query.after)) throw new UnknownPlaceError()
      const { page } = await ask<{ id: number; page: RowPage }>({ kind: 'events', tenantId, query })
      return toEventPage(page, parts)
    },
    async rollUps(tenantId, query) {
      const { counts } = await ask<Extract<Answered, { counts: unknown }>>({ kind: 'rollUps', tenantId, query })
      return counts as never
    },
    async ruleRollUps(tenantId, query) {
      const { counts } = await ask<Extract<Answered, { counts: unknown }>>({ kind: 'ruleRollUps', tenantId, query })
      return counts as never
    },
    foldReadSide: folder.foldAll,
    readSideLagMs: async () => folder.lag(),
  }
}

async function toEventPage({ rows, ...page }: RowPage, { dictionary }: SqliteState): Promise<EventPage> {
  const events: Instance[] = []
  for (const row of rows) {
    events.push(decodeInstance(row, dictionary))
    if (events.length % DECODED_PER_TURN === 0) await nextTurn()
  }
  return { events, ...page }
}
