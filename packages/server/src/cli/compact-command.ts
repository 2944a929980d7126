import type { Command } from 'commander'
import { addSettings, CommandError, configOf, print } from './command-file.ts'

/** `compact`: rewrites the embedded store while no server runs. */
export function addCompact(program: Command): void {
  addSettings(
    program.command('compact').description('rewrite the embedded store, without the free space and the last traces of erased data'),
    ['data-dir', 'database-url'],
  ).action(async (options: Record<string, unknown>) => {
    const config = configOf(options)
    if (config.databaseUrl !== undefined) throw new CommandError("use PostgreSQL's own tools to compact it: VACUUM FULL or pg_repack")
    const { compactDatabase } = await import('../storage/sqlite/compact-database.ts')
    const sizes = refuseInWords(() => compactDatabase(config.dataDir))
    print(`Compacted the store in ${config.dataDir} from ${sizes.before} to ${sizes.after} bytes.`)
    const { putOnRecord } = await import('./put-on-record.ts')
    await putOnRecord(config, { event: 'store.compacted', details: { bytesBefore: sizes.before, bytesAfter: sizes.after } })
  })
}

function refuseInWords<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
