import type { ManagementClient } from '../rules-as-code/management-client.ts'
import { isOutputClosed } from './command-file.ts'

export type Event = Readonly<Record<string, unknown>>

interface Page {
  events: Event[]
  cursor?: string
  warnings?: string[]
}

const pageSize = 200

/** The events that a search finds, page by page, at most so many. Warnings go to the terminal, not into the output. */
export async function* findEvents(
  client: ManagementClient,
  query: URLSearchParams,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<Event[]> {
  let left = limit
  let cursor: string | undefined
  do {
    const asked = new URLSearchParams(query)
    asked.set('limit', String(Math.min(left, pageSize)))
    if (cursor !== undefined) asked.set('cursor', cursor)
    const page: Page = await client.get(`/events?${asked.toString()}`)
    if (cursor === undefined) for (const warning of page.warnings ?? []) process.stderr.write(`note: ${warning}\n`)
    yield page.events
    left -= page.events.length
    cursor = page.cursor
  } while (left > 0 && cursor !== undefined && !isOutputClosed())
}
