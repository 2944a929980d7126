import { type Command, Option } from 'commander'
import type { KeyKind } from '../keys/api-keys.ts'
import { addSettings, CommandError, configOf, print, storeFlags } from './command-file.ts'
import { durationOption } from './parse-duration.ts'

interface RotateOptions {
  tenant: string
  kind: KeyKind
  overlap: number
  json?: boolean
}

/** `key rotate`: makes a new key; the old key stays valid for a while. */
export function addKey(program: Command): void {
  const key = program.command('key').description('API keys')

  addSettings(key.command('rotate').description('create a new API key; the old key stops working after the overlap'), storeFlags)
    .requiredOption('--tenant <id>', 'tenant id')
    .addOption(new Option('--kind <kind>', 'which key').choices(['secret', 'management']).default('secret'))
    .addOption(durationOption('--overlap <duration>', 'how long the old key keeps working, such as 30m, 24h or 7d; 0 stops it at once', '24h'))
    .option('--json', 'one JSON object')
    .action(async (options: RotateOptions & Record<string, unknown>) => {
      const { tenant: tenantId, kind, overlap: overlapMs } = options
      const { runOperation } = await import('./run-operation.ts')
      const rotated = await runOperation(configOf(options), 'rotateKey', { tenantId, kind, overlapMs }, { anyMasterKey: true })
      if (rotated === null) throw new CommandError(`there is no tenant \`${tenantId}\``)
      const { key: newKey, oldKeyEndsAt } = rotated
      if (options.json) print(JSON.stringify({ tenantId, kind, key: newKey, oldKeyEndsAt }))
      else {
        print(`${kind} API key  ${newKey}`)
        print(`The old key stops working at ${oldKeyEndsAt}. The new key is not shown again.`)
      }
    })
}
