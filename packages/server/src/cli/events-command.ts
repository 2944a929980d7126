import type { Command } from 'commander'
import { ConfigError } from '../config.ts'
import { addRemoteSettings, isOutputClosed, print } from './command-file.ts'
import { printRecords } from './print-records.ts'
import { clientOf, serverClientOf } from './rules-remote.ts'

type Options = Record<string, unknown>
type Event = Record<string, unknown>

/** `events`: the tracked actions of a user, on a running server. */
export function addEvents(program: Command): void {
  const events = program.command('events').description('list, show, review and dispute tracked actions on a running server')
  const add = (usage: string, text: string, key: 'secret-key' | 'management-key' = 'secret-key') =>
    addRemoteSettings(events.command(usage).description(text), key)

  add('list <userId>', 'list the actions of a user, newest first')
    .option('--from <date>', 'only actions since this time, in ISO 8601')
    .option('--actions <list>', 'only these actions, comma-separated')
    .option('--state <state>', 'only actions in this state')
    .option('--limit <number>', 'at most this many (default 200)')
    .option('--json', 'one JSON object per line')
    .action(async (userId: string, options: Options) => {
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries({
        fromDate: options.from,
        codes: options.actions,
        state: options.state,
        limit: options.limit,
      }))
        if (typeof value === 'string') query.set(name, value)
      const listed = await serverClientOf(options).get<Event[]>(`/users/${encodeURIComponent(userId)}/actions?${query}`)
      printRecords(listed, { json: options.json === true })
    })

  add('show <userId> <action> <idempotencyKey>', 'print an action with the reasons for its decision, as JSON').action(
    async (userId: string, action: string, idempotencyKey: string, options: Options) => {
      print(JSON.stringify(await serverClientOf(options).get(pathOf(userId, action, idempotencyKey)), null, 2))
    },
  )

  add('review <userId> <action> <idempotencyKey>', 'approve or reject an action that waits for a review', 'management-key')
    .option('--approve', 'approve it')
    .option('--reject', 'reject it')
    .requiredOption('--reason <text>', 'why; kept with the action and in the audit log')
    .action(async (userId: string, action: string, idempotencyKey: string, options: Options) => {
      if (options.approve === options.reject) throw new ConfigError(['pass either --approve or --reject'])
      const state = options.approve === true ? 'REVIEW_SUCCEEDED' : 'REVIEW_FAILED'
      const path = `/events/${[userId, action, idempotencyKey].map(encodeURIComponent).join('/')}/review`
      await clientOf(options).send('POST', path, { state, reason: options.reason })
      print(`${options.approve === true ? 'Approved' : 'Rejected'} ${action} ${idempotencyKey} of ${userId}.`)
    })

  add('dispute <userId> <action> <idempotencyKey>', 'record that it was not the user, and unlearn what was learnt from it').action(
    async (userId: string, action: string, idempotencyKey: string, options: Options) => {
      await serverClientOf(options).send('POST', `${pathOf(userId, action, idempotencyKey)}/dispute`, {})
      print(`Disputed ${action} ${idempotencyKey} of ${userId}.`)
    },
  )

  add('tail <userId>', 'print the actions of a user as they happen, one JSON object per line')
    .option('--interval <seconds>', 'time between looks', '2')
    .action(async (userId: string, options: Options) => {
      const client = serverClientOf(options)
      const path = `/users/${encodeURIComponent(userId)}/actions`
      const intervalMs = Math.max(0.1, Number(options.interval) || 2) * 1000
      // The state belongs to it: an action that was settled is shown again.
      let shown = new Set((await client.get<Event[]>(path)).map((event) => JSON.stringify(event)))
      while (!isOutputClosed()) {
        await new Promise((resolve) => setTimeout(resolve, intervalMs))
        const lines = (await client.get<Event[]>(path)).map((event) => JSON.stringify(event))
        for (const line of lines.reverse()) if (!shown.has(line)) print(line)
        shown = new Set(lines)
      }
    })
}

function pathOf(userId: string, action: string, idempotencyKey: string): string {
  return `/users/${encodeURIComponent(userId)}/actions/${encodeURIComponent(action)}/${encodeURIComponent(idempotencyKey)}`
}
