import { Command, CommanderError } from 'commander'
import { z } from 'zod'
import { ConfigError } from '../config.ts'
import { ControlError } from '../control/control-socket.ts'
import { ApiError } from '../errors/api-error.ts'
import { WrongMasterKeyError } from '../keys/api-keys.ts'
import { MoveError } from '../move/move-error.ts'
import { ManagementError } from '../rules-as-code/management-error.ts'
import { RulesFileError } from '../rules-as-code/rules-file-error.ts'
import { problemsOf } from '../schema-words.ts'
import { NewerSchemaError } from '../storage/migrations/newer-schema-error.ts'
import { DataDirectoryInUseError } from '../storage/sqlite/data-directory.ts'
import { StoreClosedError, StoreUnavailableError, UnstorableTextError } from '../storage/store-errors.ts'
import { TenantExistsError } from '../tenants/tenant-exists-error.ts'
import { version } from '../version.ts'
import { acceptClosedOutput, CommandError, type CommandFile } from './command-file.ts'
import { explainSystemError } from './explain-system-error.ts'

/** Each command has its own file, loaded when it is called or when all commands are listed. */
const commandFiles: Readonly<Record<string, () => Promise<CommandFile>>> = {
  serve: async () => (await import('./serve-command.ts')).addServe,
  migrate: async () => (await import('./migrate-command.ts')).addMigrate,
  tenant: async () => (await import('./tenant-command.ts')).addTenant,
  key: async () => (await import('./key-command.ts')).addKey,
  admin: async () => (await import('./admin-command.ts')).addAdmin,
  mail: async () => (await import('./mail-command.ts')).addMail,
  'master-key': async () => (await import('./master-key-command.ts')).addMasterKey,
  users: async () => (await import('./users-command.ts')).addUsers,
  rules: async () => (await import('./rules-command.ts')).addRules,
  proposals: async () => (await import('./proposals-command.ts')).addProposals,
  lists: async () => (await import('./lists-command.ts')).addLists,
  features: async () => (await import('./features-command.ts')).addFeatures,
  events: async () => (await import('./events-command.ts')).addEvents,
  seed: async () => (await import('./seed-command.ts')).addSeed,
  review: async () => (await import('./review-command.ts')).addReview,
  dispute: async () => (await import('./dispute-command.ts')).addDispute,
  unlearn: async () => (await import('./unlearn-command.ts')).addUnlearn,
  label: async () => (await import('./label-command.ts')).addLabel,
  backup: async () => (await import('./backup-command.ts')).addBackup,
  restore: async () => (await import('./backup-command.ts')).addRestore,
  compact: async () => (await import('./compact-command.ts')).addCompact,
  ip: async () => (await import('./ip-command.ts')).addIp,
  audit: async () => (await import('./audit-command.ts')).addAudit,
  doctor: async () => (await import('./doctor-command.ts')).addDoctor,
}

/** Runs one command line and returns its exit code: 0 success, 1 failure, 2 usage. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  acceptClosedOutput()
  const program = new Command('sallyport')
    .description('Adaptive MFA with passkeys, self-hosted.')
    .version(version)
    .showHelpAfterError('(use --help for help)')
    .exitOverride()
  for (const load of filesFor(args)) (await load())(program)
  for (const command of program.commands) inheritExit(command, program)
  try {
    refuseUnknownCommand(program, args)
    await program.parseAsync([...args], { from: 'user' })
    return typeof process.exitCode === 'number' ? process.exitCode : 0
  } catch (error) {
    return reportFailure(error)
  }
}

function filesFor([name = '']: readonly string[]): readonly (() => Promise<CommandFile>)[] {
  const named = Object.hasOwn(commandFiles, name) ? commandFiles[name] : undefined
  return named === undefined ? Object.values(commandFiles) : [named]
}

/** Makes subcommands throw, like the program, instead of ending the process. */
function inheritExit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent)
  for (const child of command.commands) inheritExit(child, command)
}

/** `key nonsense --help` names a command that does not exist: the help of `key` would look like an answer. */
function refuseUnknownCommand(program: Command, args: readonly string[]): void {
  let group: Command = program
  for (const arg of args) {
    if (group.commands.length === 0 || arg.startsWith('-') || arg === 'help') return
    const next = group.commands.find((command) => command.name() === arg || command.aliases().includes(arg))
    if (next === undefined) throw group.error(`error: unknown command '${arg}'`, { code: 'commander.unknownCommand', exitCode: 2 })
    group = next
  }
}

function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof ConfigError) {
    for (const problem of error.problems) process.stderr.write(`sallyport: ${problem}\n`)
    return 2
  }
  if (error instanceof z.ZodError) {
    for (const problem of problemsOf(error)) process.stderr.write(`sallyport: ${problem}\n`)
    return 1
  }
  if (error instanceof ApiError) {
    process.stderr.write(`sallyport: ${error.description}\n`)
    return 1
  }
  process.stderr.write(`sallyport: ${describeFailure(error)}\n`)
  return 1
}

/** A refusal of ours speaks for itself, unless an error of the system is behind it. Anything else is a bug, and shows where. */
function describeFailure(error: unknown): string {
  if (isExpected(error)) return error instanceof StoreUnavailableError ? (explainSystemError(error) ?? error.message) : error.message
  const explained = explainSystemError(error)
  if (explained !== undefined) return explained
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function isExpected(error: unknown): error is Error {
  const classes = [
    CommandError,
    ManagementError,
    RulesFileError,
    DataDirectoryInUseError,
    NewerSchemaError,
    TenantExistsError,
    WrongMasterKeyError,
    StoreClosedError,
    UnstorableTextError,
    ControlError,
    StoreUnavailableError,
    MoveError,
  ]
  return classes.some((known) => error instanceof known)
}
