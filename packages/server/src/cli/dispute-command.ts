import type { Command } from 'commander'
import { addRemoteSettings, print } from './command-file.ts'
import { eventPath } from './event-path.ts'
import { clientOf } from './rules-remote.ts'

type Options = Record<string, unknown>

/** `dispute`: "that was not me", on a running server. */
export function addDispute(program: Command): void {
  const dispute = program
    .command('dispute <userId> <action> <idempotencyKey>')
    .description('record that it was not the user, unlearn what was learned from it, and label it fraud')
    .requiredOption('--reason <text>', 'why; kept with the action and in the audit log')
    .option('--json', 'print the action as JSON')
  addRemoteSettings(dispute).action(async (userId: string, action: string, idempotencyKey: string, options: Options) => {
    const path = `${eventPath(userId, action, idempotencyKey)}/dispute`
    const answer = await clientOf(options).send<{ dispute?: { sentence: string } }>('POST', path, { reason: options.reason })
    if (options.json === true) print(JSON.stringify(answer))
    else print(`Disputed ${action} ${idempotencyKey} of ${userId}, and labelled it fraud. ${answer.dispute?.sentence ?? ''}`.trimEnd())
  })
}
