import type { Command } from 'commander'
import { ConfigError } from '../config.ts'
import { addRemoteSettings } from './command-file.ts'
import { addEventFlags, eventQueryOf } from './event-flags.ts'
import { type Event, findEvents } from './find-events.ts'
import { parseLimit } from './parse-limit.ts'
import { printRecords } from './print-records.ts'
import { clientOf } from './rules-remote.ts'

/** `events list`: a search. */
export function addEventsList(events: Command): void {
  const command = events.command('list [userId]').description('search the events of the tenant, newest first')
  addEventFlags(addRemoteSettings(command))
    .option('--order <order>', 'newest or oldest first', 'newest')
    .option('--limit <number>', 'at most this many', parseLimit, 50)
    .option('--json', 'one JSON object per line')
    .action(async (userId: string | undefined, options: Record<string, unknown> & { order: string; limit: number }) => {
      const query = queryFor(userId, options)
      query.set('order', options.order)
      const isTable = process.stdout.isTTY && options.json !== true
      const rows: Event[] = []
      for await (const page of findEvents(clientOf(options), query, options.limit)) {
        if (isTable) rows.push(...page)
        else printRecords(page, { json: true })
      }
      if (isTable) printRecords(rows.map(toRow))
    })
}

/** The parameters of a search, with the user named by the argument or by the flag. */
export function queryFor(userId: string | undefined, options: Readonly<Record<string, unknown>>): URLSearchParams {
  if (userId !== undefined && options.userId !== undefined) throw new ConfigError(['name the user once: as an argument or with --user-id'])
  return eventQueryOf(userId === undefined ? options : { ...options, userId })
}

/** The columns of the table. */
function toRow(event: Event): Event {
  const { createdAt, state, userId, action, idempotencyKey, ipAddress, country, score, label, sentence } = event
  return { time: createdAt, state, user: userId, action, key: idempotencyKey, address: ipAddress, country, score, label, sentence }
}
