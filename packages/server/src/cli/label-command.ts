import type { Command } from 'commander'
import { Option } from 'commander'
import { addRemoteSettings, print } from './command-file.ts'
import { eventPath } from './event-path.ts'
import { importLabelFile, type LabelFileOptions } from './import-label-file.ts'
import { durationOption } from './parse-duration.ts'
import { clientOf } from './rules-remote.ts'

type Options = Record<string, unknown>

const importing = `
The first line names the columns: userId, and action with idempotencyKey, or time with amount; label and reason are optional. A row whose action is not
found, or that fits several, is told and changes nothing. A file with a line that cannot be read is refused as a whole. Importing it again changes nothing.`

/** `label`: how actions turned out, on a running server. */
export function addLabel(program: Command): void {
  const label = program.command('label').description('label actions as good or as fraud on a running server')
  const add = (usage: string, text: string) => addRemoteSettings(label.command(usage).description(text))

  for (const [verb, value, text] of [
    ['good', 'good', 'label an action as good'],
    ['fraud', 'fraud', 'label an action as fraud'],
    ['remove', null, 'take the label off an action'],
  ] as const) {
    add(`${verb} <userId> <action> <idempotencyKey>`, text)
      .option('--reason <text>', 'why; kept with the action and in the audit log')
      .action(async (userId: string, action: string, idempotencyKey: string, options: Options) => {
        const { reason } = options
        const body = { label: value, ...(reason !== undefined && { reason }) }
        await clientOf(options).send('POST', `${eventPath(userId, action, idempotencyKey)}/label`, body)
        const done = value === null ? 'Took the label off' : `Labelled as ${value}:`
        print(`${done} ${action} ${idempotencyKey} of ${userId}.`)
      })
  }

  add('import <file>', 'label the actions that a CSV file names, such as the chargebacks of a bank')
    .addOption(new Option('--label <label>', 'for rows that name none').choices(['good', 'fraud']).default('fraud'))
    .option('--amount-data-point <name>', 'the data point that holds the amount; needed for rows without a key')
    .addOption(durationOption('--tolerance <duration>', 'how far the time of a row may be from that of the action, either way', '1h'))
    .option('--problems <file>', 'write the rows that labelled nothing to this CSV file, with the reason')
    .option('--dry-run', 'change nothing, and say what would be done')
    .option('--json', 'print what became of each row, one JSON object per line')
    .addHelpText('after', importing)
    .action((file: string, options: LabelFileOptions & Options) => importLabelFile(clientOf(options), file, options))
}
