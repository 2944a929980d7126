import { type Command, Option } from 'commander'
import { roles } from '../callers/role.ts'
import { addSettings, configOf, mailFlags, print, storeFlags } from './command-file.ts'
import { durationOption } from './parse-duration.ts'
import { printRecords } from './print-records.ts'

type Options<More = object> = { tenant?: string; json?: boolean } & More & Record<string, unknown>

/** `admin invite`, `list`, `role` and `remove`: who may sign in to the portal. Without a key: also the way back in when nobody can sign in. */
export function addAdmin(program: Command): void {
  const admin = program.command('admin').description('invite, list, change and remove the people who sign in to the portal')
  const roleOption = () => new Option('--role <role>', 'what the person may do').choices(roles).makeOptionMandatory()
  const tenantHelp = 'tenant id (default: the only tenant)'

  addSettings(admin.command('invite').description('make a link with which one person signs up: printed, or mailed'), [
    ...storeFlags,
    'public-url',
    'port',
    ...mailFlags,
  ])
    .addOption(roleOption())
    .option('--name <name>', 'name under which the person acts (default: the person says it)')
    .option('--email <address>', 'mail the link there; notices about the account go there later')
    .option('--with-link', 'print the link also when it was mailed')
    .option('--tenant <id>', tenantHelp)
    .addOption(durationOption('--expires <duration>', 'how long the link is good, such as 1h or 7d', '1h'))
    .option('--json', 'one JSON object')
    .action(async (options: Options<{ role: string; name?: string; email?: string; withLink?: boolean; expires: number }>) => {
      const { tenant: tenantId, role, name, email, withLink, expires: lifetimeMs } = options
      const config = configOf(options)
      const { runOperation } = await import('./run-operation.ts')
      const input = { tenantId, role, name, email, withLink, lifetimeMs, publicUrl: config.publicUrl }
      const invited = await runOperation(config, 'inviteAdmin', input)
      if (options.json || !process.stdout.isTTY) return print(JSON.stringify(invited))
      if (invited.url !== null) print(invited.url)
      print(`The link makes one person ${role} of ${invited.tenantId}. It is good once, until ${invited.expiresAt}.`)
      if (invited.mail !== null) print(describeMail(invited.mail))
    })

  addSettings(admin.command('list').description('list the admins'), storeFlags)
    .option('--tenant <id>', tenantHelp)
    .option('--json', 'one JSON object per line')
    .action(async (options: Options) => {
      const { runOperation } = await import('./run-operation.ts')
      printRecords(await runOperation(configOf(options), 'listAdmins', { tenantId: options.tenant }), options)
    })

  addSettings(admin.command('role <adminId>').description('change the role of an admin; it counts at once'), [...storeFlags, ...mailFlags])
    .addOption(roleOption())
    .option('--tenant <id>', tenantHelp)
    .action(async (adminId: string, options: Options<{ role: string }>) => {
      const { tenant: tenantId, role } = options
      const { runOperation } = await import('./run-operation.ts')
      const changed = await runOperation(configOf(options), 'changeAdminRole', { tenantId, adminId, role })
      print(`${adminId} is ${changed.role} now.`)
    })

  addSettings(admin.command('remove <adminId>').description('remove an admin, with sessions and passkeys, at once'), [
    ...storeFlags,
    ...mailFlags,
  ])
    .option('--tenant <id>', tenantHelp)
    .action(async (adminId: string, options: Options) => {
      const { runOperation } = await import('./run-operation.ts')
      await runOperation(configOf(options), 'removeAdmin', { tenantId: options.tenant, adminId })
      print(`Removed ${adminId}.`)
    })
}

/** What became of the mail with the link. */
function describeMail({ state, problem }: { state: string; problem: string | null }): string {
  if (state === 'delivered') return 'It was mailed.'
  if (state === 'kept') return 'It was not mailed: no mail server is set up. The message is in the outbox of the portal.'
  if (state === 'sending') return 'The mail server has not taken it yet; the server tries again for a while.'
  return `It was not mailed: ${problem}.`
}
