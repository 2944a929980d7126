import { type Command, InvalidArgumentError, Option } from 'commander'
import type { KeyKind } from '../tenants/api-keys.ts'
import { addSettings, CommandError, configOf, print, storeFlags } from './command-file.ts'

interface RotateOptions {
  tenant: string
  kind: KeyKind
  overlap: number
  json?: boolean
}

/** `key rotate`: a new key, the old one good for a while. */
export function addKey(program: Command): void {
  const key = program.command('key').description('API keys')

  addSettings(key.command('rotate').description('make a new API key; the old one ends after the overlap'), storeFlags)
    .requiredOption('--tenant <id>', 'tenant id')
    .addOption(new Option('--kind <kind>', 'which key').choices(['secret', 'management']).default('secret'))
    .option(
      '--overlap <duration>',
      'how long the old key still works: 30m, 24h, 7d; 0 ends it at once',
      parseDuration,
      parseDuration('24h'),
    )
    .option('--json', 'one JSON object')
    .action(async (options: RotateOptions & Record<string, unknown>) => {
      const { tenant: tenantId, kind, overlap: overlapMs } = options
      const { runOperation } = await import('./run-operation.ts')
      const rotated = await runOperation(configOf(options), 'rotateKey', { tenantId, kind, overlapMs })
      if (rotated === null) throw new CommandError(`there is no tenant \`${tenantId}\``)
      const { key: newKey, oldKeyEndsAt } = rotated
      if (options.json) print(JSON.stringify({ tenantId, kind, key: newKey, oldKeyEndsAt }))
      else {
        print(`${kind} API key  ${newKey}`)
        print(`The old one ends at ${oldKeyEndsAt}. The new one is not shown again.`)
      }
    })
}

const unitMs: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

function parseDuration(text: string): number {
  const parts = /^(\d{1,6})([smhd])?$/.exec(text)
  const unit = unitMs[parts?.[2] ?? 's']
  if (parts === null || unit === undefined) throw new InvalidArgumentError('a duration is a number and s, m, h or d, such as 24h')
  return Number(parts[1]) * unit
}
