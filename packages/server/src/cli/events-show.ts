import type { Command } from 'commander'
import { addRemoteSettings, print } from './command-file.ts'
import { plainText } from './print-records.ts'
import { clientOf } from './rules-remote.ts'

interface Receipt {
  sentence: string
  state: string
  userId: string
  action: string
  idempotencyKey: string
  createdAt: string
  policyVersion: number
  ipAddress?: string
  place?: Record<string, unknown>
  device?: Record<string, unknown>
  output: { counterfactual?: { sentence?: string }; trace?: { name: string; outcome: string; mode: string; result: unknown }[] }
  timeline: { at: string; sentence: string; actor?: { kind: string; name?: string; id?: string } }[]
  replay: { identical: boolean }
  label?: { value: string }
}

/** `events show`: a receipt. */
export function addEventsShow(events: Command): void {
  const command = events
    .command('show <userId> <action> <idempotencyKey>')
    .description('print an event with everything its decision rests on')
  addRemoteSettings(command)
    .option('--json', 'as JSON, as in a pipe')
    .action(async (userId: string, action: string, idempotencyKey: string, options: Record<string, unknown>) => {
      const path = [userId, action, idempotencyKey].map(encodeURIComponent).join('/')
      const receipt: Receipt = await clientOf(options).get(`/events/${path}`)
      if (!process.stdout.isTTY || options.json === true) return print(JSON.stringify(receipt, null, 2))
      for (const line of linesOf(receipt)) print(line)
    })
}

/** What fits on a screen. */
function linesOf(receipt: Receipt): string[] {
  const { sentence, output, timeline, state, userId, action, idempotencyKey, createdAt, place, device, replay, label } = receipt
  const facts = (values: Record<string, unknown> = {}) => Object.values(values).filter((value) => value !== undefined)
  const row = (name: string, ...values: unknown[]) => `${name.padEnd(10)}${values.map(plainText).join('  ')}`
  return [
    plainText(sentence),
    ...(output.counterfactual?.sentence === undefined ? [] : [plainText(output.counterfactual.sentence)]),
    '',
    row('event', userId, action, idempotencyKey),
    row('tracked', createdAt),
    row('state', state, ...(label === undefined ? [] : [`labelled ${label.value}`])),
    row('address', receipt.ipAddress ?? '-', ...facts(place)),
    row('device', ...(device === undefined ? ['-'] : facts(device))),
    row('policy', `version ${receipt.policyVersion}`, replay.identical ? 'decides the same again' : 'does not decide the same again'),
    '',
    ...timeline.map(({ at, sentence: what, actor }) =>
      [at, what, ...(actor === undefined ? [] : [`(${[actor.kind, actor.name ?? actor.id].filter(Boolean).join(' ')})`])]
        .map(plainText)
        .join('  '),
    ),
    '',
    ...(output.trace ?? []).map(({ name, outcome, mode, result }) =>
      row(
        result === true ? 'matched' : result === false ? '-' : String(result),
        `${name} (${outcome}${mode === 'shadow' ? ', shadow' : ''})`,
      ),
    ),
  ]
}
