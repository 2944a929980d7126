import type { Command } from 'commander'
import { ConfigError } from '../config.ts'
import { isoTime } from '../http/iso-time.ts'
import type { ManagementClient } from '../rules-as-code/management-client.ts'
import { addRemoteSettings, CommandError, print } from './command-file.ts'
import { parseDuration } from './parse-duration.ts'
import { isProposal, printProposed } from './print-proposed.ts'

type Options = Record<string, unknown>

/** `rules snooze` and `rules wake`: silence a rule of a running server for one user, device or network, or end that. */
export function addRulesSnooze(rules: Command): void {
  const add = (usage: string, text: string) =>
    addRemoteSettings(rules.command(usage).description(text))
      .option('--user <id>', 'for this user')
      .option('--device <id>', 'for this device')
      .option('--address <address>', 'for this address or CIDR range')
      .option('--message <text>', 'stored with the version of the policy')
      .option('--ignore-failing-tests', 'save even if a test fails')

  add('snooze <action> <rule>', 'silence a rule, named by its name or id, for one user, device or network until a time')
    .requiredOption('--until <time>', 'when it ends by itself: a time in ISO 8601, or a duration from now such as 7d')
    .requiredOption('--reason <text>', 'why; receipts show it')
    .action(async (action: string, rule: string, options: Options) => {
      const subject = subjectOf(options)
      const until = endOf(String(options.until))
      const { client, name, path } = await find(action, rule, options)
      const body = { ...subject.json, until, reason: options.reason, message: options.message }
      const answer = await client.send<object>('POST', `${path}?${flags(options)}`, body)
      if (isProposal(answer)) return printProposed(answer)
      print(`${name} is snoozed for ${subject.words} until ${until}.`)
    })

  add('wake <action> <rule>', 'end a snooze before its time').action(async (action: string, rule: string, options: Options) => {
    const subject = subjectOf(options)
    const { client, name, path } = await find(action, rule, options)
    const query = flags(options)
    for (const [field, value] of Object.entries(subject.json)) query.set(field, value)
    if (typeof options.message === 'string') query.set('message', options.message)
    const answer = await client.send<object>('DELETE', `${path}?${query}`)
    if (isProposal(answer)) return printProposed(answer)
    print(`${name} is no longer snoozed for ${subject.words}.`)
  })
}

function flags(options: Options): URLSearchParams {
  return new URLSearchParams({ propose: 'true', ...(options.ignoreFailingTests === true ? { ignoreFailingTests: 'true' } : {}) })
}

function subjectOf({ user, device, address }: Options): { json: Record<string, string>; words: string } {
  const given = [
    { field: 'userId', noun: 'user', value: user },
    { field: 'deviceId', noun: 'device', value: device },
    { field: 'ipAddress', noun: 'address', value: address },
  ].flatMap(({ field, noun, value }) => (typeof value === 'string' ? [{ json: { [field]: value }, words: `${noun} ${value}` }] : []))
  const [subject] = given
  if (subject === undefined || given.length > 1) throw new ConfigError(['pass exactly one of --user, --device and --address'])
  return subject
}

function endOf(text: string): string {
  const time = isoTime.safeParse(text)
  if (time.success) return new Date(time.data).toISOString()
  if (!/^\d{1,6}[smhd]$/.test(text)) throw new ConfigError(['--until takes a time in ISO 8601, or a duration such as 7d'])
  return new Date(Date.now() + parseDuration(text)).toISOString()
}

async function find(action: string, rule: string, options: Options): Promise<{ client: ManagementClient; name: string; path: string }> {
  const { clientOf } = await import('./rules-remote.ts')
  const client = clientOf(options)
  const base = `/action-configurations/${encodeURIComponent(action)}/rules`
  const rules = await client.get<{ ruleId: string; name: string }[]>(base)
  const found = rules.filter(({ ruleId, name }) => ruleId === rule || name === rule)
  const [only] = found
  if (only === undefined) throw new CommandError(`${action} has no rule \`${rule}\``)
  if (found.length > 1)
    throw new CommandError(`${action} has several rules \`${rule}\`; name one by its id: ${found.map(({ ruleId }) => ruleId).join(', ')}`)
  return { client, name: only.name, path: `${base}/${encodeURIComponent(only.ruleId)}/snooze` }
}
