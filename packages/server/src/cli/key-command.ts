import { type Command, Option } from 'commander'
import { type Role, roles } from '../callers/role.ts'
import { ConfigError } from '../config.ts'
import type { KeyKind } from '../keys/api-keys.ts'
import { addSettings, CommandError, configOf, print, storeFlags } from './command-file.ts'
import { durationOption } from './parse-duration.ts'
import { printRecords } from './print-records.ts'

interface RotateOptions {
  tenant: string
  kind: KeyKind
  name?: string
  overlap: number
  json?: boolean
}

interface CreateOptions {
  tenant: string
  kind: KeyKind
  role?: Role
  name: string
  json?: boolean
}

/** `key list`, `create`, `rotate` and `revoke`: the API keys of a tenant. */
export function addKey(program: Command): void {
  const key = program.command('key').description('list, create, rotate and revoke API keys')

  addSettings(key.command('rotate').description('create a new API key; the old key stops working after the overlap'), storeFlags)
    .requiredOption('--tenant <id>', 'tenant id')
    .addOption(new Option('--kind <kind>', 'which key').choices(['secret', 'management']).default('secret'))
    .option('--name <name>', 'name of the key to replace (default: the key the tenant was created with)')
    .addOption(
      durationOption('--overlap <duration>', 'how long the old key keeps working, such as 30m, 24h or 7d; 0 stops it at once', '24h'),
    )
    .option('--json', 'one JSON object')
    .action(async (options: RotateOptions & Record<string, unknown>) => {
      const { tenant: tenantId, kind, name, overlap: overlapMs } = options
      const { runOperation } = await import('./run-operation.ts')
      const rotated = await runOperation(configOf(options), 'rotateKey', { tenantId, kind, name, overlapMs }, { anyMasterKey: true })
      if (rotated === null) throw new CommandError(`there is no tenant \`${tenantId}\``)
      if (rotated === 'no_such_key') throw new CommandError(`the tenant has no ${kind} key \`${name}\``)
      const { key: newKey, oldKeyEndsAt } = rotated
      if (options.json) print(JSON.stringify({ tenantId, kind, key: newKey, oldKeyEndsAt }))
      else {
        print(`${kind} API key  ${newKey}`)
        print(`The old key stops working at ${oldKeyEndsAt}. The new key is not shown again.`)
      }
    })

  addSettings(key.command('list').description('list the API keys in force; their texts are not shown'), storeFlags)
    .requiredOption('--tenant <id>', 'tenant id')
    .option('--json', 'one JSON object per line')
    .action(async (options: { tenant: string; json?: boolean } & Record<string, unknown>) => {
      const { runOperation } = await import('./run-operation.ts')
      const keys = await runOperation(configOf(options), 'listKeys', { tenantId: options.tenant })
      if (keys === null) throw new CommandError(`there is no tenant \`${options.tenant}\``)
      printRecords(keys, options)
    })

  addSettings(key.command('create').description('create one more API key and print it, once'), storeFlags)
    .requiredOption('--tenant <id>', 'tenant id')
    .addOption(new Option('--kind <kind>', 'which key').choices(['secret', 'management']).makeOptionMandatory())
    .addOption(new Option('--role <role>', 'what the holder of a management key may do; it needs one').choices(roles))
    .requiredOption('--name <name>', 'tells this key apart from others, such as the name of the service that uses it')
    .option('--json', 'one JSON object')
    .action(async (options: CreateOptions & Record<string, unknown>) => {
      const { tenant: tenantId, kind, role, name } = options
      if ((kind === 'management') !== (role !== undefined))
        throw new ConfigError([
          kind === 'management'
            ? `a management key needs a role: --role ${roles.join('|')}`
            : 'a secret key has no role: it opens the server API',
        ])
      const { runOperation } = await import('./run-operation.ts')
      const created = await runOperation(configOf(options), 'createKey', { tenantId, kind, name, role })
      if (created === 'no_such_tenant') throw new CommandError(`there is no tenant \`${tenantId}\``)
      if (created === 'name_taken')
        throw new CommandError(`the tenant already has a ${kind} key \`${name}\`: rotate it, or choose another name`)
      const { key: newKey, keyId } = created
      if (options.json) print(JSON.stringify({ tenantId, kind, name, role, key: newKey, keyId }))
      else {
        print(`${kind} API key  ${newKey}`)
        print(`key id          ${keyId}`)
        print('The key is not shown again.')
      }
    })

  addSettings(key.command('revoke <keyId>').description('end an API key at once, with the tokens it signed'), storeFlags)
    .requiredOption('--tenant <id>', 'tenant id')
    .action(async (keyId: string, options: { tenant: string } & Record<string, unknown>) => {
      const { tenant: tenantId } = options
      const { runOperation } = await import('./run-operation.ts')
      const result = await runOperation(configOf(options), 'revokeKey', { tenantId, keyId })
      if (result === 'no_such_key')
        throw new CommandError(`the tenant \`${tenantId}\` has no key \`${keyId}\` in force: \`sallyport key list\` shows the ids`)
      if (result === 'last_secret_key')
        throw new CommandError('this is the last secret key of the tenant: replace it with `sallyport key rotate --overlap 0`')
      print(`Key ${keyId} has ended.`)
    })
}
