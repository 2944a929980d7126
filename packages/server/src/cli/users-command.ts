import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Command } from 'commander'
import { ApiError } from '../errors/api-error.ts'
import { readJson } from '../http/read-json.ts'
import { addSettings, CommandError, configOf, print, storeFlags } from './command-file.ts'
import type { Operator } from './run-operation.ts'
import { addUsersImportHistory } from './users-import-history.ts'
import { addUsersProfile } from './users-profile.ts'

const batchSize = 200

/** `users export` and `users import` move users and their authenticators, one JSON object per line; `users profile` shows what is usual for one. */
export function addUsers(program: Command): void {
  const users = program.command('users').description('export and import users and their authenticators, and show what is usual for one')
  addUsersProfile(users)
  addUsersImportHistory(users)

  addSettings(users.command('export').description('write all users of a tenant, one JSON object per line'), storeFlags)
    .requiredOption('--tenant <id>', 'tenant id')
    .option('--user <id>', 'write everything stored about this user, including actions and profile, as one JSON document')
    .action(async (options: { tenant: string; user?: string } & Record<string, unknown>) => {
      const { withOperator } = await import('./run-operation.ts')
      const { tenant, user } = options
      await withOperator(configOf(options), (operator) =>
        user === undefined ? exportAll(operator, tenant) : exportOne(operator, tenant, user),
      )
    })

  addSettings(
    users.command('import [file]').description('read users in the format of `users export`, from a file or standard input'),
    storeFlags,
  )
    .requiredOption('--tenant <id>', 'tenant id')
    .action(async (file: string | undefined, options: { tenant: string } & Record<string, unknown>) => {
      const { withOperator } = await import('./run-operation.ts')
      await withOperator(configOf(options), (operator) => importAll(operator, options.tenant, file))
    })
}

async function exportAll(operator: Operator, tenantId: string): Promise<void> {
  let after: string | undefined
  do {
    const page = await operator.run('exportUsers', { tenantId, after, limit: batchSize })
    if (page === null) throw new CommandError(`there is no tenant \`${tenantId}\``)
    for (const user of page.users) print(JSON.stringify(user))
    after = page.after
  } while (after !== undefined)
}

async function exportOne(operator: Operator, tenantId: string, userId: string): Promise<void> {
  const exported = await operator.run('exportUser', { tenantId, userId })
  if (exported === null) throw new CommandError(`there is no tenant \`${tenantId}\``)
  if (exported === 'no such user') throw new CommandError(`there is no data about a user \`${userId}\``)
  print(JSON.stringify(exported, null, 2))
}

async function importAll(operator: Operator, tenantId: string, file: string | undefined): Promise<void> {
  // One character for each byte: `readJson` decodes, and refuses what is not UTF-8.
  const input = file === undefined || file === '-' ? process.stdin.setEncoding('latin1') : createReadStream(file, 'latin1')
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })
  let number = 0
  let imported = 0
  let failed = 0
  let batch: { line: number; user: unknown }[] = []

  function refuse(line: number, reason: string): void {
    failed += 1
    process.stderr.write(`line ${line}: ${reason}\n`)
  }
  async function flush(): Promise<void> {
    const result = await operator.run('importUsers', { tenantId, users: batch.map(({ user }) => user) })
    if (result === null) throw new CommandError(`there is no tenant \`${tenantId}\``)
    imported += result.imported
    for (const { index, reason } of result.failures) refuse(batch[index]?.line ?? 0, reason)
    batch = []
  }

  for await (const text of lines) {
    number += 1
    if (text.trim() === '') continue
    try {
      batch.push({ line: number, user: readJson(Buffer.from(text, 'latin1'), true, 'the line') })
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      refuse(number, error.description)
    }
    if (batch.length === batchSize) await flush()
  }
  if (batch.length > 0) await flush()
  print(`Imported ${imported} user(s), refused ${failed}.`)
  if (failed > 0) process.exitCode = 1
}
