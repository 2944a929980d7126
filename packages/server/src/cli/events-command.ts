import type { Command } from 'commander'
import { ConfigError } from '../config.ts'
import { addRemoteSettings, print } from './command-file.ts'
import { eventPath } from './event-path.ts'
import { addEventsExport } from './events-export.ts'
import { addEventsList } from './events-list.ts'
import { addEventsShow } from './events-show.ts'
import { addEventsTail } from './events-tail.ts'
import { clientOf, serverClientOf } from './rules-remote.ts'

type Options = Record<string, unknown>

/** `events`: the events of a tenant, on a running server. */
export function addEvents(program: Command): void {
  const events = program.command('events').description('search, show, follow, export, review and dispute events on a running server')
  addEventsList(events)
  addEventsShow(events)
  addEventsTail(events)
  addEventsExport(events)
  const add = (usage: string, text: string, key: 'secret-key' | 'management-key') =>
    addRemoteSettings(events.command(usage).description(text), key)

  add('review <userId> <action> <idempotencyKey>', 'approve or reject an action that waits for a review', 'management-key')
    .option('--approve', 'approve it')
    .option('--reject', 'reject it')
    .requiredOption('--reason <text>', 'why; kept with the action and in the audit log')
    .action(async (userId: string, action: string, idempotencyKey: string, options: Options) => {
      if (options.approve === options.reject) throw new ConfigError(['pass either --approve or --reject'])
      const state = options.approve === true ? 'REVIEW_SUCCEEDED' : 'REVIEW_FAILED'
      await clientOf(options).send('POST', `${eventPath(userId, action, idempotencyKey)}/review`, { state, reason: options.reason })
      print(`${options.approve === true ? 'Approved' : 'Rejected'} ${action} ${idempotencyKey} of ${userId}.`)
    })

  add(
    'dispute <userId> <action> <idempotencyKey>',
    'record that it was not the user, and unlearn what was learnt from it',
    'secret-key',
  ).action(async (userId: string, action: string, idempotencyKey: string, options: Options) => {
    await serverClientOf(options).send('POST', `${pathOf(userId, action, idempotencyKey)}/dispute`, {})
    print(`Disputed ${action} ${idempotencyKey} of ${userId}.`)
  })
}

function pathOf(userId: string, action: string, idempotencyKey: string): string {
  return `/users/${encodeURIComponent(userId)}/actions/${encodeURIComponent(action)}/${encodeURIComponent(idempotencyKey)}`
}
