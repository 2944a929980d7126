import type { Tenant } from '../configuration/tenant.ts'
import type { EventFilter, SearchingStore } from '../storage/searching-store.ts'
import { type DescribeEventsDeps, describeEvents } from './describe-events.ts'
import { csvHeader, toCsvLine } from './event-csv.ts'

export interface ExportEventsDeps extends DescribeEventsDeps {
  store: DescribeEventsDeps['store'] & Pick<SearchingStore, 'searchEvents'>
}

/** How the events of an export are written. */
export type ExportFormat = 'csv' | 'jsonl'

const pageSize = 200

/**
 * All events that a filter finds, as text, in parts of a page each. One page is in memory, and the next one is read when somebody asks for more; others have
 * their turn in between. `beforePage` may throw, which ends it.
 */
export async function* exportEvents(
  deps: ExportEventsDeps,
  tenant: Tenant,
  { filter, order, format }: { filter: EventFilter; order: 'newest' | 'oldest'; format: ExportFormat },
  beforePage: () => Promise<void>,
): AsyncGenerator<string> {
  let after: string | undefined
  let text = format === 'csv' ? csvHeader : ''
  do {
    await beforePage()
    const page = await deps.store.searchEvents(tenant.tenantId, { filter, order, limit: pageSize, ...(after !== undefined && { after }) })
    for (const event of await describeEvents(deps, tenant, page.events))
      text += format === 'csv' ? toCsvLine(event) : `${JSON.stringify(event)}\n`
    if (text !== '') yield text
    text = ''
    after = page.next
    await new Promise(setImmediate)
  } while (after !== undefined)
}
