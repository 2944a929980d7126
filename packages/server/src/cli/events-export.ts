import { type Command, Option } from 'commander'
import { addRemoteSettings, CommandError, isOutputClosed } from './command-file.ts'
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
      const client = clientOf(options)
      const query = queryFor(userId, options)
      // For the warnings, which are not for the file.
      for await (const _ of findEvents(client, query, 1)) break
      query.set('format', String(options.format))
      const abort = new AbortController()
      const stream = await client.open(`/events/export?${query.toString()}`, { headers: {}, signal: abort.signal })
      try {
        for await (const part of stream) {
          if (isOutputClosed()) break
          await write(part)
        }
      } catch (cause) {
        throw new CommandError('the server broke the export off: the output is not complete', { cause })
      } finally {
        abort.abort()
      }
    })
}

/** Waits for a slow reader. */
function write(part: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(part, () => resolve())
  })
}
