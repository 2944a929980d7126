import type { Command } from 'commander'
import { addSettings, configOf, print, storeFlags } from './command-file.ts'

interface CreateOptions {
  id?: string
  name?: string
  rpId?: string
  origins?: string
  json?: boolean
}

/** `tenant create` and `tenant list`: creates or lists tenants. */
export function addTenant(program: Command): void {
  const tenant = program.command('tenant').description('create and list tenants')

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
        origins: options.origins?.split(',').map((origin) => origin.trim()) ?? [url.origin],
      })
      if (options.json) print(JSON.stringify(created))
      else {
        print(`tenant id           ${created.tenantId}`)
        print(`secret API key      ${created.secretKey}`)
        print(`management API key  ${created.managementKey}`)
        print('The keys are not shown again.')
      }
    })

  addSettings(tenant.command('list').description('list tenants'), storeFlags)
    .option('--json', 'print one JSON object per line')
    .action(async (options: { json?: boolean } & Record<string, unknown>) => {
      const { runOperation } = await import('./run-operation.ts')
      for (const { tenantId, name, createdAt } of await runOperation(configOf(options), 'listTenants', {})) {
        print(options.json ? JSON.stringify({ tenantId, name, createdAt }) : `${tenantId}  ${createdAt}  ${name}`)
      }
    })
}
