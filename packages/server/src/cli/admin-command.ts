import { type Command, Option } from 'commander'
import { roles } from '../callers/role.ts'
import { addSettings, configOf, print, storeFlags } from './command-file.ts'
import { durationOption } from './parse-duration.ts'
import { printRecords } from './print-records.ts'

type Options<More = object> = { tenant?: string; json?: boolean } & More & Record<string, unknown>

/** `admin invite`, `list`, `role` and `remove`: who may sign in to the portal. Without a key: also the way back in when nobody can sign in. */
export function addAdmin(program: Command): void {
  const admin = program.command('admin').description('invite, list, change and remove the people who sign in to the portal')
  const roleOption = () => new Option('--role <role>', 'what the person may do').choices(roles).makeOptionMandatory()
  const tenantHelp = 'tenant id (default: the only tenant)'

  addSettings(admin.command('invite').description('print a link with which one person signs up'), [...storeFlags, 'public-url', 'port'])
    .addOption(roleOption())
    .option('--name <name>', 'name under which the person acts (default: the person says it)')
    .option('--tenant <id>', tenantHelp)
    .addOption(durationOption('--expires <duration>', 'how long the link is good, such as 1h or 7d', '1h'))
    .option('--json', 'one JSON object')
    .action(async (options: Options<{ role: string; name?: string; expires: number }>) => {
      const { tenant: tenantId, role, name, expires: lifetimeMs } = options
      const config = configOf(options)
      const { runOperation } = await import('./run-operation.ts')
      const invited = await runOperation(config, 'inviteAdmin', { tenantId, role, name, lifetimeMs, publicUrl: config.publicUrl })
      if (options.json || !process.stdout.isTTY) print(JSON.stringify(invited))
      else {
        print(invited.url)
        print(
          `The link makes one person ${role} of ${invited.tenantId}. It is good once, until ${invited.expiresAt}, and is not shown again.`,
        )
      }
    })

  addSettings(admin.command('list').description('list the admins'), storeFlags)
    .option('--tenant <id>', tenantHelp)
    .option('--json', 'one JSON object per line')
    .action(async (options: Options) => {
      const { runOperation } = await import('./run-operation.ts')
      printRecords(await runOperation(configOf(options), 'listAdmins', { tenantId: options.tenant }), options)
    })

  addSettings(admin.command('role <adminId>').description('change the role of an admin; it counts at once'), storeFlags)
    .addOption(roleOption())
    .option('--tenant <id>', tenantHelp)
    .action(async (adminId: string, options: Options<{ role: string }>) => {
      const { tenant: tenantId, role } = options
      const { runOperation } = await import('./run-operation.ts')
      const changed = await runOperation(configOf(options), 'changeAdminRole', { tenantId, adminId, role })
      print(`${adminId} is ${changed.role} now.`)
    })

  addSettings(admin.command('remove <adminId>').description('remove an admin, with sessions and passkeys, at once'), storeFlags)
    .option('--tenant <id>', tenantHelp)
    .action(async (adminId: string, options: Options) => {
      const { runOperation } = await import('./run-operation.ts')
      await runOperation(configOf(options), 'removeAdmin', { tenantId: options.tenant, adminId })
      print(`Removed ${adminId}.`)
    })
}
