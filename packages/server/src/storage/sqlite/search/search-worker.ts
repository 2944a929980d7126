import { parentPort, workerData } from 'node:worker_threads'
import { openConnection } from '../connection.ts'
import { isSqliteError } from '../sqlite-errors.ts'
import { createLogReader } from './log-reader.ts'
import { createRollUpReader } from './read-roll-ups.ts'
import { createEventSearch } from './search-events.ts'
import { searchPathOf } from './search-file.ts'
import type { SearchAnswer, SearchRequest } from './search-messages.ts'

// The body of a worker thread: answers searches, one after the other. `searching-thread.ts` starts it, and again when the file was made again.

const { databasePath } = workerData as { databasePath: string }

const log = createLogReader(openConnection(databasePath, { readOnly: true, cacheKib: 8_000 }).database)
const file = openConnection(searchPathOf(databasePath), { readOnly: true, cacheKib: 32_000 }).database
const searchEvents = createEventSearch(file, log)
const { rollUps, ruleRollUps } = createRollUpReader(file, log)

function answer(request: SearchRequest): SearchAnswer {
  const { id, tenantId } = request
  try {
    if (request.kind === 'events') return { id, page: searchEvents(tenantId, request.query) }
    return { id, counts: request.kind === 'rollUps' ? rollUps(tenantId, request.query) : ruleRollUps(tenantId, request.query) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = isSqliteError(error) ? Number((error as { errcode?: number }).errcode) : undefined
    return { id, failure: { message, code } }
  }
}

parentPort?.on('message', (request: SearchRequest) => parentPort?.postMessage(answer(request)))
