import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { environmentWith } from '../config.ts'
import { addSettings, CommandError, configOf, print } from './command-file.ts'

const restoring = `
To restore: \`sallyport restore <file>\`, into an empty data directory or database.
What happened after the backup is not in it; a token that was consumed since could be consumed once more until it expires.`

/** `backup` and `restore`: copies the whole store while servers run, and restores it. */
export function addBackup(program: Command): void {
  addSettings(program.command('backup <file>').description('copy the store to a file, even while servers are running'), [
    'data-dir',
    'database-url',
  ])
    .addHelpText('after', restoring)
    .action(async (file: string, options: Record<string, unknown>) => {
      const config = configOf(options)
      const target = resolve(file)
      if (config.databaseUrl === undefined) {
        const { backupDatabase } = await import('../storage/sqlite/backup-database.ts')
        await backupDatabase(config.dataDir, target).catch(refuse)
      } else {
        const { dumpDatabase } = await import('../storage/postgres/dump-database.ts')
        await dumpDatabase(config.databaseUrl, target, environmentWith).catch(refuse)
      }
      const { noteBackup } = await import('../storage/last-backup.ts')
      print(`Copied the store to ${target}.`)
      const { putOnRecord } = await import('./put-on-record.ts')
      await putOnRecord(config, { event: 'store.backed_up', details: { file: target } })
      if (!noteBackup(config.dataDir, Date.now()))
        print(`The time was not noted in ${config.dataDir}: the metric of the last backup does not know it.`)
      if (config.masterKey === undefined && existsSync(join(config.dataDir, 'master.key')))
        print(`The backup does not contain the master key: keep ${config.dataDir}/master.key in another place.`)
    })
}

export function addRestore(program: Command): void {
  addSettings(program.command('restore <file>').description('put a backup into an empty data directory or database'), [
    'data-dir',
    'database-url',
  ]).action(async (file: string, options: Record<string, unknown>) => {
    const config = configOf(options)
    const source = resolve(file)
    if (config.databaseUrl === undefined) {
      const { restoreDatabase } = await import('../storage/sqlite/restore-database.ts')
      try {
        restoreDatabase(source, config.dataDir)
      } catch (error) {
        refuse(error)
      }
    } else {
      const { restoreDump } = await import('../storage/postgres/dump-database.ts')
      await restoreDump(source, config.databaseUrl, environmentWith).catch(refuse)
    }
    print(
      `Restored ${source}. The server needs the master key from the time of the backup: ${config.dataDir}/master.key, or SALLYPORT_MASTER_KEY.`,
    )
    const { putOnRecord } = await import('./put-on-record.ts')
    await putOnRecord(config, { event: 'store.restored', details: { file: source } })
  })
}

function refuse(error: unknown): never {
  throw new CommandError(error instanceof Error ? error.message : String(error), { cause: error })
}
