import { type Command, InvalidArgumentError, Option } from 'commander'
import { type Role, roles } from '../callers/role.ts'
import { ConfigError } from '../config.ts'
import { isoTime, toIso } from '../http/iso-time.ts'
import type { KeyKind } from '../keys/api-keys.ts'
import { addSettings, CommandError, configOf, print, storeFlags } from './command-file.ts'
import type { OpenDepsOptions } from './open-deps.ts'
import { durationOption } from './parse-duration.ts'
import { printRecords } from './print-records.ts'
import type { Operator } from './run-operation.ts'

interface TenantOptions extends Record<string, unknown> {
  tenant?: string
}

interface RotateOptions extends TenantOptions {
  kind: KeyKind | 'signing'
  name?: string
  overlap: number
  json?: boolean
}

interface CreateOptions extends TenantOptions {
  kind: KeyKind
  role?: Role
  name: string
  expires?: number
  json?: boolean
}

/** `key list`, `create`, `rotate` and `revoke`: the API keys of a tenant. */
export function addKey(program: Command): void {
  const key = program.command('key').description('list, create, rotate and revoke API keys')
  const add = (usage: string, text: string) =>
    addSettings(key.command(usage).description(text), storeFlags).option('--tenant <id>', 'tenant id (default: the only tenant)')

  add('rotate', 'create a new API key; the old key stops working after the overlap')
    .addOption(new Option('--kind <kind>', 'which key').choices(['secret', 'management', 'signing']).default('secret'))
    .option('--name <name>', 'name of the key to replace (default: the key the tenant was created with)')
    .addOption(
      durationOption('--overlap <duration>', 'how long the old key keeps working, such as 30m, 24h or 7d; 0 stops it at once', '24h'),
    )
    .option('--json', 'one JSON object')
    .action(async (options: RotateOptions) => {
      const { kind, name, overlap: overlapMs } = options
      if (kind === 'signing') return rotateSigning(options)
      const rotate = ({ run }: Operator, tenantId: string) => run('rotateKey', { tenantId, kind, name, overlapMs })
      const { tenantId, result } = await onTenant(options, rotate, { anyMasterKey: true })
      if (result === null) throw new CommandError(`there is no tenant \`${tenantId}\``)
      if (result === 'no_such_key') throw new CommandError(`the tenant has no ${kind} key \`${name}\``)
      const { key: newKey, oldKeyEndsAt } = result
      if (options.json) print(JSON.stringify({ tenantId, kind, key: newKey, oldKeyEndsAt }))
      else {
        print(`${kind} API key  ${newKey}`)
        print(`The old key stops working at ${oldKeyEndsAt}. The new key is not shown again.`)
      }
    })

  add('list', 'list the API keys in force and those that have expired; their texts are not shown')
    .option('--json', 'one JSON object per line')
    .action(async (options: TenantOptions & { json?: boolean }) => {
      const { tenantId, result } = await onTenant(options, ({ run }, tenantId) => run('listKeys', { tenantId }))
      if (result === null) throw new CommandError(`there is no tenant \`${tenantId}\``)
      printRecords(result, options)
    })

  add('create', 'create one more API key and print it, once')
    .addOption(new Option('--kind <kind>', 'which key').choices(['secret', 'management']).makeOptionMandatory())
    .addOption(new Option('--role <role>', 'what the holder of a management key may do; it needs one').choices(roles))
    .requiredOption('--name <name>', 'tells this key apart from others, such as the name of the person or service that uses it')
    .option(
      '--expires <time>',
      'when a management key ends by itself: ISO 8601, such as 2027-01-31, which is its midnight, UTC',
      timeOption,
    )
    .option('--json', 'one JSON object')
    .action(async (options: CreateOptions) => {
      const { kind, role, name, expires: expiresAt } = options
      if (kind === 'management' && role === undefined)
        throw new ConfigError([`a management key needs a role: pass --role with one of ${roles.join(', ')}`])
      if (kind === 'secret' && role !== undefined) throw new ConfigError(['a secret key has no role: leave out --role'])
      if (kind === 'secret' && expiresAt !== undefined)
        throw new ConfigError(['a secret key signs tokens and does not expire: leave out --expires, and rotate it instead'])
      const wanted = { kind, name, role, expiresAt }
      const { tenantId, result } = await onTenant(options, ({ run }, tenantId) => run('createKey', { tenantId, ...wanted }))
      if (result === 'no_such_tenant') throw new CommandError(`there is no tenant \`${tenantId}\``)
      if (result === 'name_taken')
        throw new CommandError(`the tenant already has a ${kind} key \`${name}\`: rotate it, or choose another name`)
      if (result === 'past_end' || result === 'outlives_creator') throw new CommandError('the time of --expires has passed')
      const { key: newKey, keyId } = result
      if (options.json) print(JSON.stringify({ tenantId, kind, name, role, expiresAt: toIso(result.expiresAt), key: newKey, keyId }))
      else {
        print(`${kind} API key  ${newKey}`)
        print(`key id          ${keyId}`)
        print('The key is not shown again.')
      }
    })

  add('revoke <keyId>', 'end an API key at once, with the tokens it signed').action(async (keyId: string, options: TenantOptions) => {
    const { tenantId, result } = await onTenant(options, ({ run }, tenantId) => run('revokeKey', { tenantId, keyId }))
    if (result === 'no_such_key')
      throw new CommandError(`the tenant \`${tenantId}\` has no key \`${keyId}\` in force: \`sallyport key list\` shows the ids`)
    if (result === 'last_secret_key')
      throw new CommandError('this is the last secret key of the tenant: replace it with `sallyport key rotate --overlap 0`')
    print(`Key ${keyId} has ended.`)
  })
}

function timeOption(text: string): number {
  const { success, data } = isoTime.safeParse(text)
  if (!success) throw new InvalidArgumentError('use a time of ISO 8601, such as 2027-01-31 or 2027-01-31T12:00:00Z')
  return data
}

/** The key that signs the access tokens of sessions: nobody holds it, so none is printed. */
async function rotateSigning({ name, ...options }: RotateOptions): Promise<void> {
  if (name !== undefined) throw new ConfigError(['a signing key has no name: leave out --name'])
  const rotate = ({ run }: Operator, tenantId: string) => run('rotateSigningKey', { tenantId, overlapMs: options.overlap })
  const { tenantId, result } = await onTenant(options, rotate, { anyMasterKey: true })
  if (result === null) throw new CommandError(`there is no tenant \`${tenantId}\``)
  if (options.json) print(JSON.stringify({ tenantId, kind: 'signing', ...result }))
  else {
    print(`signing key     ${result.keyId}`)
    print(`It signs from ${result.signsFrom}. The old keys end at ${result.oldKeysEndAt}.`)
  }
}

/** Does one operation on the tenant that a command means. */
async function onTenant<Result>(
  options: TenantOptions,
  work: (operator: Operator, tenantId: string) => Promise<Result>,
  deps: OpenDepsOptions = {},
): Promise<{ tenantId: string; result: Result }> {
  const { withOperator } = await import('./run-operation.ts')
  const { namedTenant } = await import('./named-tenant.ts')
  return withOperator(
    configOf(options),
    async (operator) => {
      const tenantId = await namedTenant(operator, options.tenant)
      return { tenantId, result: await work(operator, tenantId) }
    },
    deps,
  )
}
