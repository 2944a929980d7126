import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import type { TenantContents } from '../tenants/delete-tenant.ts'
import { addSettings, CommandError, configOf, print, storeFlags } from './command-file.ts'
import { printRecords } from './print-records.ts'

interface CreateOptions {
  id?: string
  name?: string
  rpId?: string
  origins?: string
  ipWhitelist?: string
  json?: boolean
}

/** `tenant create`, `update`, `delete` and `list`. */
export function addTenant(program: Command): void {
  const tenant = program.command('tenant').description('create, change, delete and list tenants')

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
        origins: itemsOf(options.origins) ?? [url.origin],
      })
      if (options.json) print(JSON.stringify(created))
      else {
        print(`tenant id           ${created.tenantId}`)
        print(`secret API key      ${created.secretKey}`)
        print(`management API key  ${created.managementKey}`)
        print('The keys are not shown again.')
      }
    })

  addSettings(
    tenant.command('update <id>').description("change a tenant's name, relying party or origins, or from where its API keys are accepted"),
    storeFlags,
  )
    .option('--name <name>', 'display name')
    .option('--rp-id <domain>', 'WebAuthn relying party id; passkeys of another one can no longer be used')
    .option('--origins <list>', 'WebAuthn origins, comma-separated; replaces all')
    .option(
      '--ip-whitelist <list>',
      'addresses and CIDR ranges from which API keys are accepted, comma-separated; replaces all; `none`: from everywhere',
    )
    .action(async (tenantId: string, options: CreateOptions & Record<string, unknown>) => {
      const { name, rpId, origins } = options
      const ipWhitelist = options.ipWhitelist === 'none' ? null : itemsOf(options.ipWhitelist)
      if (name === undefined && rpId === undefined && origins === undefined && ipWhitelist === undefined)
        throw new CommandError('nothing to change: use --name, --rp-id, --origins or --ip-whitelist')
      const { runOperation } = await import('./run-operation.ts')
      const change = { tenantId, name, rpId, origins: itemsOf(origins), ipWhitelist }
      const result = await runOperation(configOf(options), 'updateTenant', change)
      if (result === 'no_such_tenant') throw new CommandError(`there is no tenant \`${tenantId}\``)
      if (result === 'no_passkeys')
        throw new CommandError('passkeys are not configured for this tenant: configure them with the management API')
      print(`Changed tenant ${tenantId}.`)
    })

  addSettings(tenant.command('delete <id>').description('erase a tenant with everything that is stored of it, for good'), storeFlags)
    .option('--yes <id>', 'the tenant id once more; confirms without a terminal')
    .option('--json', 'one JSON object; needs --yes')
    .action(async (tenantId: string, options: { yes?: string; json?: boolean } & Record<string, unknown>) => {
      const { withOperator } = await import('./run-operation.ts')
      // Without its master key a tenant cannot be used, but it can be deleted.
      const deps = { anyMasterKey: true }
      await withOperator(
        configOf(options),
        async ({ run }) => {
          const contents = await run('describeTenant', { tenantId })
          if (contents === null) throw new CommandError(`there is no tenant \`${tenantId}\``)
          if (!options.json) print(`${describeContents(tenantId, contents)} This cannot be undone.`)
          await confirm(tenantId, options.yes)
          const job = randomUUID()
          let deleted = await run('deleteTenant', { tenantId, job })
          while (deleted === null) deleted = await run('deleteTenant', { tenantId, job })
          if (deleted === 'no_such_tenant') throw new CommandError(`there is no tenant \`${tenantId}\``)
          if (deleted === 'is_moving')
            throw new CommandError(
              'the tenant is being moved to another database: finish the move, or abandon it with `sallyport migrate --abandon`',
            )
          if (options.json) return print(JSON.stringify({ tenantId, ...deleted }))
          const { users, instances, auditEntries, otherRows, wasLast } = deleted
          const last = wasLast ? ' No tenant is left: a server creates a new one when it starts.' : ''
          print(
            `Deleted tenant ${tenantId}: ${users} user(s), ${instances} action(s) on record, ${auditEntries} audit entries, ${otherRows} other row(s).${last}`,
          )
        },
        deps,
      )
    })

  addSettings(tenant.command('list').description('list tenants'), storeFlags)
    .option('--json', 'print one JSON object per line')
    .action(async (options: { json?: boolean } & Record<string, unknown>) => {
      const { runOperation } = await import('./run-operation.ts')
      printRecords(await runOperation(configOf(options), 'listTenants', {}), options)
    })
}

function describeContents(tenantId: string, { name, users, authenticators, actions, apiKeys, isBegun }: TenantContents): string {
  const counts = `${users} user(s), ${authenticators} authenticator(s), ${actions} action(s) with their rules, ${apiKeys} API key(s)`
  const begun = isBegun ? 'An earlier deletion was interrupted. ' : ''
  return `${begun}This erases tenant ${tenantId} (${name}): ${counts}, with lists, devices, decisions, all that was learnt, and its audit log.`
}

/** Refuses unless the tenant's id is given once more. */
async function confirm(tenantId: string, yes: string | undefined): Promise<void> {
  const refusal = 'nothing was deleted'
  if (yes !== undefined) {
    if (yes !== tenantId) throw new CommandError(`--yes says \`${yes}\` and not \`${tenantId}\`: ${refusal}`)
    return
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new CommandError(`${refusal}: without a terminal, confirm with --yes ${tenantId}`)
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    const typed = await terminal.question('Type the tenant id to delete it: ')
    if (typed.trim() !== tenantId) throw new CommandError(`this is not the tenant id: ${refusal}`)
  } finally {
    terminal.close()
  }
}

function itemsOf(list: string | undefined): string[] | undefined {
  return list?.split(',').map((item) => item.trim())
}
