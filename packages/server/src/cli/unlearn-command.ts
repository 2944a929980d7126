import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import type { ManagementClient } from '../rules-as-code/management-client.ts'
import { addRemoteSettings, CommandError, print } from './command-file.ts'
import { clientOf } from './rules-remote.ts'

interface Options extends Record<string, unknown> {
  user?: string
  address?: string
  device?: string
  since?: string
  until?: string
  reason: string
  fraud?: boolean
  dryRun?: boolean
  wait: boolean
  json?: boolean
}

interface Unlearning {
  unlearningId: string
  state: 'running' | 'done' | 'failed'
  events: number
  unlearned: number
  problem?: string
}

const help = `
Name at least one of --user, --address, --device and --since; everything that is given must hold. Where an address or a device is named, it counts as the
attacker's, and loses everything it has earned. Try it with --dry-run first. The server goes on when the command is stopped.`

/** `unlearn`: takes back what many actions taught, on a running server, and waits until it is done. */
export function addUnlearn(program: Command): void {
  const unlearn = program
    .command('unlearn')
    .description('take back what actions taught, by user, address, device and time')
    .option('--user <id>', 'only actions of this user')
    .option('--address <address>', 'only actions from this address, or range of addresses (CIDR)')
    .option('--device <id>', 'only actions of this device')
    .option('--since <time>', 'only actions since this time: ISO 8601, or an age such as -3d')
    .option('--until <time>', 'only actions before this time')
    .requiredOption('--reason <text>', 'why; kept with each action and in the audit log')
    .option('--fraud', 'dispute each action as well: label it fraud, and hold its address responsible')
    .option('--dry-run', 'change nothing, and say what would be touched')
    .option('--no-wait', 'do not wait until it is done')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', help)
  addRemoteSettings(unlearn).action(async (options: Options) => {
    const client = clientOf(options)
    const { user: userId, address: ipAddress, device: deviceId, since: from, until: to, reason, fraud, dryRun } = options
    const asked = { userId, ipAddress, deviceId, from, to, reason, isFraud: fraud === true, dryRun: dryRun === true }
    const answer = await client.send<{ preview: { sentence: string }; unlearning?: Unlearning }>('POST', '/unlearnings', asked)
    const begun = answer.unlearning
    const ended = begun === undefined || !options.wait ? begun : await untilDone(client, begun)
    if (options.json === true) print(JSON.stringify({ ...answer, ...(ended !== undefined && { unlearning: ended }) }))
    else {
      print(answer.preview.sentence)
      print(endOf(ended))
    }
    if (ended?.state === 'failed') throw new CommandError(ended.problem ?? 'it failed')
  })
}

function endOf(ended: Unlearning | undefined): string {
  if (ended === undefined) return 'Nothing was changed.'
  const { state, events, unlearned, unlearningId } = ended
  if (state === 'done') return `Done: took back what ${unlearned} of ${events} event(s) had taught.`
  return `${state === 'running' ? 'Under way' : 'Failed'} as ${unlearningId}: ${events} event(s) so far.`
}

/** On a terminal it shows how far it has come. */
async function untilDone(client: ManagementClient, begun: Unlearning): Promise<Unlearning> {
  let unlearning = begun
  while (unlearning.state === 'running') {
    await pause(500)
    unlearning = await client.get<Unlearning>(`/unlearnings/${encodeURIComponent(begun.unlearningId)}`)
    if (process.stderr.isTTY) process.stderr.write(`\r${unlearning.events} event(s) …`)
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  return unlearning
}
