import { type Command, Option } from 'commander'
import { csvHeader, toCsvLine } from '../events/event-csv.ts'
import { addRemoteSettings, isOutputClosed } from './command-file.ts'
import { addEventFlags } from './event-flags.ts'
import { queryFor } from './events-list.ts'
import { findEvents } from './find-events.ts'
import { clientOf } from './rules-remote.ts'

/** `events export`: everything that a search finds, oldest first. */
export function addEventsExport(events: Command): void {
  const command = events.command('export [userId]').description('write all events that a search finds to the output, oldest first')
  addEventFlags(addRemoteSettings(command))
    .addOption(new Option('--format <format>', 'CSV, or one JSON object per line').choices(['csv', 'jsonl']).default('jsonl'))
    .action(async (userId: string | undefined, options: Record<string, unknown>) => {
      const query = queryFor(userId, options)
      query.set('order', 'oldest')
      const isCsv = options.format === 'csv'
      if (isCsv) await write(csvHeader)
      for await (const page of findEvents(clientOf(options), query)) {
        await write(page.map((event) => (isCsv ? toCsvLine(event as never) : `${JSON.stringify(event)}\n`)).join(''))
      }
    })
}

/** Waits for a slow reader. */
function write(text: string): Promise<void> {
  if (isOutputClosed() || text === '') return Promise.resolve()
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve())
  })
}
