import type { Command } from 'commander'
import { addSettings, CommandError, configOf, print, storeFlags } from './command-file.ts'
import { printRecords } from './print-records.ts'

interface CreateOptions {
  id?: string
  name?: string
  rpId?: string
  origins?: string
  json?: boolean
}

/** `tenant create`, `tenant update` and `tenant list`. */
export function addTenant(program: Command): void {
  const tenant = program.command('tenant').description('create, change and list tenants')

  addSettings(tenant.command('create').description('create a tenant and print its keys, once'), [...storeFlags, 'public-url'])
    .option('--id <id>', 'tenant id; generated if absent')
    .option('--name <name>', 'display name')
    .option('--rp-id <domain>', 'WebAuthn relying party id (default: the host of the public URL)')
    .option('--origins <list>', 'WebAuthn origins, comma-separated (default: the public URL)')
    .option('--json', 'one JSON object')
    .action(async (options: CreateOptions & Record<string, unknown>) => {
      const config = configOf(options)
      const url = new URL(config.publicUrl)
      const { runOperation } = await import('./run-operation.ts')
      const created = await runOperation(config, 'createTenant', {
        tenantId: options.id,
        name: options.name,
        rpId: options.rpId ?? url.hostname,
        origins: originsOf(options.origins) ?? [url.origin],
      })
      if (options.json) print(JSON.stringify(created))
      else {
        print(`tenant id           ${created.tenantId}`)
        print(`secret API key      ${created.secretKey}`)
        print(`management API key  ${created.managementKey}`)
        print('The keys are not shown again.')
      }
    })

  addSettings(tenant.command('update <id>').description("change a tenant's name, relying party or origins"), storeFlags)
    .option('--name <name>', 'display name')
    .option('--rp-id <domain>', 'WebAuthn relying party id; passkeys of another one can no longer be used')
    .option('--origins <list>', 'WebAuthn origins, comma-separated; replaces all')
    .action(async (tenantId: string, options: CreateOptions & Record<string, unknown>) => {
      const { name, rpId, origins } = options
      if (name === undefined && rpId === undefined && origins === undefined)
        throw new CommandError('nothing to change: use --name, --rp-id or --origins')
      const { runOperation } = await import('./run-operation.ts')
      const result = await runOperation(configOf(options), 'updateTenant', { tenantId, name, rpId, origins: originsOf(origins) })
      if (result === 'no_such_tenant') throw new CommandError(`there is no tenant \`${tenantId}\``)
      if (result === 'no_passkeys')
        throw new CommandError('passkeys are not configured for this tenant: configure them with the management API')
      print(`Changed tenant ${tenantId}.`)
    })

  addSettings(tenant.command('list').description('list tenants'), storeFlags)
    .option('--json', 'print one JSON object per line')
    .action(async (options: { json?: boolean } & Record<string, unknown>) => {
      const { runOperation } = await import('./run-operation.ts')
      printRecords(await runOperation(configOf(options), 'listTenants', {}), options)
    })
}

function originsOf(list: string | undefined): string[] | undefined {
  return list?.split(',').map((origin) => origin.trim())
}
