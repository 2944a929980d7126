import { resolve } from 'node:path'
import type { Command } from 'commander'
import { addSettings, CommandError, configOf, print } from './command-file.ts'

const restoring = `
To restore: stop the server, put the file into an empty data directory as \`sallyport.db\` with the master key beside it, and start.
What happened after the backup is not in it; a token that was consumed since could be consumed once more until it expires.`

/** `backup`: a copy of the embedded store, also while the server runs. */
export function addBackup(program: Command): void {
  addSettings(program.command('backup <file>').description('copy the embedded store to a file, also while the server runs'), [
    'data-dir',
    'database-url',
  ])
    .addHelpText('after', restoring)
    .action(async (file: string, options: Record<string, unknown>) => {
      const config = configOf(options)
      if (config.databaseUrl !== undefined)
        throw new CommandError('back up PostgreSQL with its own tools: pg_dump, or continuous archiving')
      const { backupDatabase } = await import('../storage/sqlite/backup-database.ts')
      await backupDatabase(config.dataDir, resolve(file)).catch((error: unknown) => {
        throw new CommandError(error instanceof Error ? error.message : String(error), { cause: error })
      })
      print(`Copied the store to ${resolve(file)}.`)
      if (config.masterKey === undefined) print(`The master key is not in it: keep ${config.dataDir}/master.key too, in another place.`)
    })
}
