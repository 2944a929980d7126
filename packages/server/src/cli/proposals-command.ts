import type { Command } from 'commander'
import type { Proposal } from '../rules/proposal-json.ts'
import { addRemoteSettings, print } from './command-file.ts'
import { printRecords } from './print-records.ts'
import { clientOf } from './rules-remote.ts'

type Options = Record<string, unknown>

const path = (id: string) => `/proposals/${encodeURIComponent(id)}`

/** `proposals`: changes of rules that wait for a second person, on a running server. */
export function addProposals(program: Command): void {
  const proposals = program
    .command('proposals')
    .description('list, show, approve, reject and withdraw changes of rules that need a second person')
  const add = (usage: string, text: string) => addRemoteSettings(proposals.command(usage).description(text))

  add('list', 'list proposals, newest first')
    .option('--state <state>', 'open, approved, rejected, withdrawn or expired (default: all)')
    .option('--limit <number>', 'at most this many (default 50)')
    .option('--json', 'one JSON object per line')
    .action(async (options: Options) => {
      const query = new URLSearchParams()
      for (const name of ['state', 'limit']) if (typeof options[name] === 'string') query.set(name, options[name])
      const { proposals: listed } = await clientOf(options).get<{ proposals: Record<string, unknown>[] }>(`/proposals?${query}`)
      printRecords(
        listed.map(({ actionCodes, actor, ...proposal }) => ({
          ...proposal,
          actions: (actionCodes as string[]).join(', '),
          by: nameOf(actor as Proposal['actor']),
        })),
        { json: options.json === true },
      )
    })

  add('show <id>', 'print what a proposal changes, and what its author saw')
    .option('--json', 'the whole proposal as JSON')
    .action(async (id: string, options: Options) => {
      const proposal = await clientOf(options).get<Proposal>(path(id))
      if (options.json === true) print(JSON.stringify(proposal, null, 2))
      else for (const line of linesOf(proposal)) print(line)
    })

  add('approve <id>', 'put a proposal of somebody else into force')
    .option('--reason <text>', 'kept with the proposal and in the audit log')
    .option('--ignore-failing-tests', 'save even if a test fails')
    .action(async (id: string, options: Options) => {
      const query = options.ignoreFailingTests === true ? '?ignoreFailingTests=true' : ''
      const body = typeof options.reason === 'string' ? { reason: options.reason } : {}
      type Approved = { actions: { actionCode: string; policyVersion: number }[] }
      const { actions } = await clientOf(options).send<Approved>('POST', `${path(id)}/approve${query}`, body)
      for (const { actionCode, policyVersion } of actions) print(`${actionCode} is at version ${policyVersion}.`)
    })

  add('reject <id>', 'turn a proposal down')
    .requiredOption('--reason <text>', 'why; kept with the proposal and in the audit log')
    .action(async (id: string, options: Options) => {
      await clientOf(options).send('POST', `${path(id)}/reject`, { reason: options.reason })
      print(`Rejected ${id}.`)
    })

  add('withdraw <id>', 'take back a proposal of your own').action(async (id: string, options: Options) => {
    await clientOf(options).send('POST', `${path(id)}/withdraw`, {})
    print(`Withdrew ${id}.`)
  })

  add('require <action>', 'require a second person for changes of an action')
    .option('--off', 'require none any more')
    .action(async (action: string, options: Options) => {
      const requireApproval = options.off !== true
      await clientOf(options).send('PUT', `/action-configurations/${encodeURIComponent(action)}/approval`, { requireApproval })
      print(`Changes of ${action} need ${requireApproval ? 'a second person' : 'nobody else'} from now on.`)
    })
}

function nameOf({ kind, id, name }: Proposal['actor']): string {
  return name ?? id ?? kind
}

function linesOf({ state, actor, createdAt, message, reason, isBaseMoved, changes, actions, broken }: Proposal): string[] {
  return [
    `${state}, by ${nameOf(actor)} at ${createdAt}${message === undefined ? '' : `: ${message}`}`,
    ...(reason === undefined ? [] : [`reason: ${reason}`]),
    ...(state === 'open' && isBaseMoved ? ['note: the policy has changed since, so it cannot be approved'] : []),
    ...changes.map(({ sentence }) => `  ${sentence}`),
    ...actions.flatMap(({ actionCode, changes: ofAction, warnings, backtest }) => [
      actionCode,
      ...ofAction.map(({ sentence }) => `  ${sentence}`),
      ...warnings.map(({ message: text }) => `  note: ${text}`),
      ...(backtest === undefined
        ? []
        : [`  last 30 days: ${backtest.changed} of ${backtest.instances} decisions differ, of ${backtest.usersAffected} users`]),
    ]),
    ...broken.map(({ actionCode, test }) => `FAIL  ${actionCode}: ${test.name}: ${test.sentence}`),
  ]
}
